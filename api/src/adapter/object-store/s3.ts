/** An S3 bucket: Amazon's, or that of any server which speaks S3. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Config } from '../../config.ts';
import type { ObjectStore } from '../../service/ports.ts';

/** How long a presigned address is good for. */
const PRESIGNED_SECONDS = 3600;
/** Objects never change under their key, so whoever has one may keep it. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';
const CONNECT_TIMEOUT_MS = 3000;
const REQUEST_TIMEOUT_MS = 20_000;

export class S3ObjectStore implements ObjectStore {
  readonly name = 's3';
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #publicUrl: string | undefined;

  constructor({ bucket, region, endpoint, publicUrl, credentials }: S3Config) {
    this.#bucket = bucket;
    this.#publicUrl = publicUrl;
    this.#client = new S3Client({
      region,
      // Other servers are seldom set up for buckets as host names.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      // Without keys the SDK finds the role of the machine.
      ...(credentials === undefined ? {} : { credentials }),
      // Other servers refuse the streamed checksums that the SDK would add.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
    });
  }

  async put(key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: bytes,
        ContentType: contentType,
        CacheControl: CACHE_CONTROL,
      }),
    );
  }

  async get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const { Body } = await this.#client.send(this.#getCommand(key));
      return Body ? new Uint8Array(await Body.transformToByteArray()) : undefined;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  async address(key: string): Promise<string> {
    if (this.#publicUrl !== undefined) return `${this.#publicUrl}/${key}`;
    return getSignedUrl(this.#client, this.#getCommand(key), { expiresIn: PRESIGNED_SECONDS });
  }

  close(): void {
    this.#client.destroy();
  }

  #getCommand(key: string): GetObjectCommand {
    return new GetObjectCommand({ Bucket: this.#bucket, Key: key });
  }
}
