/** The lines of a backup file, to look at and to forge. */
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { packed } from '../../src/backup/container.ts';

/** Bytes before and after the frame with the lines: see docs/backup.md. */
const LEAD_BYTES = 24;
const TAIL_BYTES = 40;

export function backupLines(file: Buffer): string[] {
  const frame = file.subarray(LEAD_BYTES, file.length - TAIL_BYTES);
  return zstdDecompressSync(frame).toString().split('\n').slice(0, -1);
}

/** A backup file with these lines, and a checksum that is right for them. */
export async function packLines(lines: readonly string[]): Promise<Buffer> {
  const text = lines.map((line) => `${line}\n`).join('');
  const compressed = async function* () {
    yield zstdCompressSync(text);
  };
  return buffer(packed(compressed()));
}
