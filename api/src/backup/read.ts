/** Reads a backup line by line, and says when it is not whole. */
import { unpacked } from './container.ts';
import {
  DamagedBackup,
  FORMAT,
  FORMAT_VERSION,
  type Header,
  type Line,
  LONGEST_LINE,
  type LostObject,
  type Rows,
  type StoredObject,
  type Summary,
} from './format.ts';

/** What stands between the header and the end. */
export type Entry = Rows | StoredObject | LostObject;

export interface Reading {
  /** Called with how many more bytes of the file have been read. */
  readonly advance: (bytes: number) => void;
}

const NEWLINE = 10;

/**
 * Hands the header to `begin`, then each entry to `take`, in the order of the file.
 *
 * @returns what the file says is in it, which has been compared with what was
 * @throws {DamagedBackup} when the file is no backup, is not whole or was altered: perhaps only at its
 *   end, after entries have been taken
 * @throws whatever `begin` and `take` throw
 */
export async function readBackup(
  file: string,
  { advance }: Reading,
  begin: (header: Header) => Promise<void> | void,
  take: (entry: Entry) => Promise<void> | void,
): Promise<Summary> {
  const tally = new Tally();
  let header: Header | undefined;
  let end: Summary | undefined;
  for await (const bytes of linesOf(file, advance)) {
    if (end) throw new DamagedBackup('There is something after its end.');
    const line = parse(bytes);
    if (!header) {
      header = checkedHeader(line);
      await begin(header);
    } else if ('end' in line) {
      end = line.end;
    } else {
      tally.count(line as Entry);
      await take(line as Entry);
    }
  }
  if (!header) throw new DamagedBackup('It is empty.');
  if (!end) throw new DamagedBackup('It ends early.');
  tally.compare(end);
  return end;
}

function parse(line: Buffer): Line {
  try {
    return JSON.parse(line.toString()) as Line;
  } catch (cause) {
    throw new DamagedBackup('A line of it is not JSON.', { cause });
  }
}

/** @throws {DamagedBackup} when this is no header, or one that a newer Minitter has written */
function checkedHeader(line: Line): Header {
  const header = line as Header;
  if (header.format !== FORMAT) throw new DamagedBackup('It is no backup of Minitter.');
  if (header.format_version > FORMAT_VERSION) {
    throw new DamagedBackup(
      `Minitter ${header.minitter} wrote it; this one is too old to read it.`,
    );
  }
  return header;
}

/** What has been read so far. */
class Tally {
  readonly #rows: Record<string, number> = {};
  #objects = 0;
  #lost = 0;

  count(entry: Entry): void {
    if ('rows' in entry) {
      this.#rows[entry.table] = (this.#rows[entry.table] ?? 0) + entry.rows.length;
    } else if ('lost' in entry) this.#lost += 1;
    else this.#objects += 1;
  }

  /** @throws {DamagedBackup} when the end tells of more, or of less */
  compare({ rows, objects, lost }: Summary): void {
    const isRight =
      this.#objects === objects &&
      this.#lost === lost &&
      Object.keys({ ...rows, ...this.#rows }).every(
        (table) => (this.#rows[table] ?? 0) === (rows[table] ?? 0),
      );
    if (!isRight) throw new DamagedBackup('It has not as much in it as its end says.');
  }
}

/** The lines of the file, without their line breaks. */
async function* linesOf(file: string, advance: (bytes: number) => void): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacked(file, advance)) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...pieces, chunk.subarray(from, at)]);
      pieces = [];
      length = 0;
      from = at + 1;
    }
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw new DamagedBackup('A line of it is too long.');
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
  if (length > 0) throw new DamagedBackup('It ends in the middle of a line.');
}
