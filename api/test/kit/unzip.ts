/** Reads zip files: what the directory at their end names. */
import assert from 'node:assert/strict';
import { crc32, inflateRawSync } from 'node:zlib';

/** @returns the files by name; fails when one is damaged */
export function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const long = bytes.lastIndexOf('PK\x06\x06', undefined, 'latin1');
  const isLong = bytes.readUInt16LE(end + 10) === 0xffff;
  const count = isLong ? Number(bytes.readBigUInt64LE(long + 32)) : bytes.readUInt16LE(end + 10);
  let at = isLong ? Number(bytes.readBigUInt64LE(long + 48)) : bytes.readUInt32LE(end + 16);
  const files = new Map<string, Buffer>();
  for (let i = 0; i < count; i += 1) {
    assert.equal(bytes.toString('latin1', at, at + 4), 'PK\x01\x02');
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    assert.ok(!files.has(name), `${name} twice`);
    files.set(name, contentOf(bytes, at));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30);
  }
  return files;
}

function contentOf(bytes: Buffer, entry: number): Buffer {
  const packed = bytes.readUInt32LE(entry + 20);
  const local = bytes.readUInt32LE(entry + 42);
  assert.equal(bytes.toString('latin1', local, local + 4), 'PK\x03\x04');
  const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const data = bytes.subarray(begin, begin + packed);
  const content = bytes.readUInt16LE(entry + 10) === 8 ? inflateRawSync(data) : data;
  assert.equal(content.length, bytes.readUInt32LE(entry + 24));
  assert.equal(crc32(content), bytes.readUInt32LE(entry + 16));
  return content;
}
