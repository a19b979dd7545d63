/** Files as one zip file, made while it is sent: whatever is in it, only a little is in memory. */
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

export interface ZipEntry {
  /** ASCII, with `/` between folders. */
  readonly name: string;
  /** Bytes are stored as they are (pictures are compressed already), anything else is compressed. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What the directory at the end says of a file. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const STORED = 0;
const DEFLATED = 8;
/** Its length stands behind a file. */
const LENGTH_FOLLOWS = 0x08;
/** The version of the format that knows long files. */
const VERSION = 45;
const UNIX = 3 << 8;
/** A file that its owner may read and write. */
const MODE = 0o100600;
/** A number that is too large for its 4 bytes stands elsewhere. */
const ELSEWHERE = 0xffffffff;

/**
 * @param now the time of all files, in epoch milliseconds
 * @throws {Error} when one file has 4 GiB or more; and whatever the contents throw
 */
export async function* zip(
  files: AsyncIterable<ZipEntry>,
  now: number,
): AsyncGenerator<Buffer, void> {
  const time = dosTime(now);
  const entries: Entry[] = [];
  let at = 0;
  const counted = (bytes: Buffer) => {
    at += bytes.length;
    return bytes;
  };
  for await (const { name, content } of files) {
    const offset = at;
    let sums;
    if (content instanceof Uint8Array) {
      const size = content.length;
      const crc = crc32(content);
      sums = { name, method: STORED, flags: 0, crc, packed: size, size };
      yield counted(localHeader(sums, time));
      yield counted(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
    } else {
      const blank = { crc: 0, packed: 0, size: 0 };
      sums = { name, method: DEFLATED, flags: LENGTH_FOLLOWS, ...blank };
      yield counted(localHeader(sums, time));
      const begun = at;
      const seen = { crc: 0, size: 0 };
      for await (const chunk of deflated(content, seen)) yield counted(chunk);
      sums = { ...sums, ...seen, packed: at - begun };
      yield counted(descriptor(sums));
    }
    if (sums.size >= ELSEWHERE) throw new Error(`${name} is too long for a zip file`);
    entries.push({ ...sums, offset });
  }
  const begin = at;
  for (const entry of entries) yield counted(directoryEntry(entry, time));
  yield theEnd(entries.length, begin, at - begin);
}

async function* deflated(
  content: AsyncIterable<Uint8Array>,
  seen: { crc: number; size: number },
): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw();
  const counting = async function* () {
    for await (const chunk of content) {
      seen.crc = crc32(chunk, seen.crc);
      seen.size += chunk.length;
      yield chunk;
    }
  };
  const fed = pipeline(counting, deflate);
  // Whoever reads is told what goes wrong.
  fed.catch(() => {});
  for await (const chunk of deflate) yield chunk as Buffer;
  await fed;
}

type Sums = Omit<Entry, 'offset'>;

/** What stands the same before a file and in the directory. */
function common({ name, method, flags, crc, packed, size }: Sums, time: number): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(VERSION, 0);
  bytes.writeUInt16LE(flags, 2);
  bytes.writeUInt16LE(method, 4);
  bytes.writeUInt32LE(time, 6);
  bytes.writeUInt32LE(crc, 10);
  bytes.writeUInt32LE(packed, 14);
  bytes.writeUInt32LE(size, 18);
  bytes.writeUInt16LE(name.length, 22);
  return bytes;
}

function localHeader(sums: Sums, time: number): Buffer {
  return Buffer.concat([
    Buffer.from('PK\x03\x04'),
    common(sums, time),
    Buffer.from(sums.name, 'ascii'),
  ]);
}

function descriptor({ crc, packed, size }: Sums): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write('PK\x07\x08', 'latin1');
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function directoryEntry(entry: Entry, time: number): Buffer {
  const { name, offset } = entry;
  const isFar = offset >= ELSEWHERE;
  const extra = Buffer.alloc(isFar ? 12 : 0);
  if (isFar) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(offset), 4);
  }
  const head = Buffer.alloc(6);
  head.write('PK\x01\x02', 'latin1');
  head.writeUInt16LE(UNIX | VERSION, 4);
  const sums = common(entry, time);
  sums.writeUInt16LE(extra.length, 24);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(MODE * 0x10000, 6);
  tail.writeUInt32LE(isFar ? ELSEWHERE : offset, 10);
  return Buffer.concat([head, sums, tail, Buffer.from(name, 'ascii'), extra]);
}

/** Where the directory is; in the long form first if the short one cannot say it. */
function theEnd(count: number, begin: number, length: number): Buffer {
  const isLong = count >= 0xffff || begin >= ELSEWHERE || length >= ELSEWHERE;
  const short = Buffer.alloc(22);
  short.write('PK\x05\x06', 'latin1');
  short.writeUInt16LE(isLong ? 0xffff : count, 8);
  short.writeUInt16LE(isLong ? 0xffff : count, 10);
  short.writeUInt32LE(isLong ? ELSEWHERE : length, 12);
  short.writeUInt32LE(isLong ? ELSEWHERE : begin, 16);
  return isLong ? Buffer.concat([theLongEnd(count, begin, length), short]) : short;
}

function theLongEnd(count: number, begin: number, length: number): Buffer {
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(UNIX | VERSION, 12);
  record.writeUInt16LE(VERSION, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(begin), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(begin + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

/** The format's own way to write a time: date above time of day, in steps of two seconds. */
function dosTime(ms: number): number {
  const time = new Date(ms);
  const date = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5);
  const day = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5);
  return (date | time.getUTCDate()) * 0x10000 + (day | (time.getUTCSeconds() >> 1));
}
