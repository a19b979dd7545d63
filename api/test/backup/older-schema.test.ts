import { NEWER, OLDER } from '../kit/newer-schema.ts';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { restoreCommand } from '../../src/command/backup.ts';
import { schemaVersion } from '../../src/model/migrate.ts';
import { openStore } from '../../src/model/open.ts';
import { atEnd } from '../kit/at-end.ts';
import { backupLines, packLines } from '../kit/backup-files.ts';
import { backupOf, emptyPlace, livelyPlace, printed, QUIET } from '../kit/backups.ts';
import { describeOnEngines } from '../kit/engines.ts';

/** The backup as the older schema would have had it: without the last two columns of the users. */
async function ofOlderSchema(file: Buffer): Promise<Buffer> {
  const lines = backupLines(file).map((line) => {
    const record = JSON.parse(line);
    if (record.schema_version === NEWER) {
      record.schema_version = OLDER;
      for (const { name, columns } of record.tables) if (name === 'users') columns.splice(-2);
    }
    if (record.table === 'users') for (const row of record.rows) row.splice(-2);
    return JSON.stringify(record);
  });
  return packLines(lines);
}

describeOnEngines('a backup of an older schema', (engine) => {
  test('is brought to the newest one, by the same steps as a database', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await livelyPlace(t, engine)];
    const file = await backupOf(old);
    writeFileSync(file, await ofOlderSchema(readFileSync(file)));

    await printed(() => restoreCommand(other, file, { ...QUIET, force: true }));
    const store = await openStore(other.database, { lock: false });
    atEnd(t, () => store.close());
    assert.equal(await schemaVersion(store), NEWER);
    const found = await store.readRows({
      sql: 'SELECT name, motto, tweets_count FROM users ORDER BY id',
      parameters: [],
    });
    assert.deepEqual(found, [
      ['Ada', 'none yet', 15],
      ['Bob', 'none yet', 15],
      ['Eve', 'none yet', 0],
    ]);
  });

  test('leaves an empty database as empty when it cannot be loaded', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await emptyPlace(t, engine)];
    const file = await backupOf(old);
    writeFileSync(file, await ofOlderSchema(readFileSync(file)));
    // A file where the folder of pictures should be.
    writeFileSync(`${other.dataDir}/pictures`, '');
    await assert.rejects(restoreCommand(other, file, QUIET), /pictures/);
    const store = await openStore(other.database, { lock: false });
    atEnd(t, () => store.close());
    assert.equal(await store.reader.selectFrom('users').select('id').executeTakeFirst(), undefined);
  });
});
