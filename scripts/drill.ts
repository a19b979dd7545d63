/**
 * `npm run drill -- <name>`: something goes wrong with a cluster on this machine, under load, and what
 * clients were told is held against what became of it. Then the same with a mistake made on purpose,
 * which must be seen. `npm run drill` lists the names; `--rate` and `--seconds` change the load.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DRILLS, type Hardness } from './cluster/drills.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '5' },
    'no-control': { type: 'boolean', default: false },
  },
});

const [name = ''] = positionals;
const drill = DRILLS[name];
if (drill) {
  const hardness = { rate: Number(values.rate), seconds: Number(values.seconds) };
  const isGood = await run(hardness, false);
  const isSeen = values['no-control'] || !(await run(hardness, true));
  if (!isSeen) console.log('The mistake made on purpose was not seen: this drill proves nothing.');
  process.exitCode = isGood && isSeen ? 0 : 1;
} else {
  console.log(`npm run drill -- <name>\n\n${Object.keys(DRILLS).join('\n')}`);
  process.exitCode = 1;
}

/** @returns whether all was well */
async function run(hardness: Hardness, isControl: boolean): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'minitter-drill-'));
  try {
    const outcome = await drill!(folder, hardness, isControl);
    const title = isControl ? 'control, which must fail' : name;
    console.log(`${outcome.isGood ? 'good' : 'FAILED'}: ${title}`);
    for (const line of outcome.report) console.log(`  ${line}`);
    return outcome.isGood;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
