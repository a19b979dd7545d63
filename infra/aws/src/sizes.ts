/** The three sizes. What each costs is computed from here by `cost.ts`. */

export type SizeName = 'small' | 'standard' | 'large';

export interface Size {
  readonly name: SizeName;
  readonly servers: {
    /** An EC2 type with an arm64 processor. */
    readonly type: string;
    /** How many run at least, and how many at most when they are busy. */
    readonly min: number;
    readonly max: number;
    /** The disk of each, in GB. */
    readonly diskGb: number;
  };
  readonly database: {
    /** An RDS class, without the `db.` before it. */
    readonly type: string;
    readonly multiAz: boolean;
    readonly storageGb: number;
    /** How far the storage may grow by itself, in GB. */
    readonly maxStorageGb: number;
    readonly backupDays: number;
  };
  readonly cache: {
    /** An ElastiCache type, without the `cache.` before it. */
    readonly type: string;
    /** One node, or a primary and replicas in other zones. */
    readonly nodes: number;
  };
  /** One way out for both zones, or one in each. */
  readonly natGateways: number;
}

export const SIZES: Readonly<Record<SizeName, Size>> = {
  small: {
    name: 'small',
    servers: { type: 't4g.small', min: 2, max: 4, diskGb: 16 },
    database: {
      type: 't4g.small',
      multiAz: false,
      storageGb: 20,
      maxStorageGb: 100,
      backupDays: 7,
    },
    cache: { type: 't4g.micro', nodes: 1 },
    natGateways: 1,
  },
  standard: {
    name: 'standard',
    servers: { type: 'm7g.large', min: 2, max: 6, diskGb: 30 },
    database: {
      type: 'm7g.large',
      multiAz: true,
      storageGb: 100,
      maxStorageGb: 1000,
      backupDays: 14,
    },
    cache: { type: 't4g.small', nodes: 2 },
    natGateways: 2,
  },
  large: {
    name: 'large',
    servers: { type: 'c7g.xlarge', min: 4, max: 12, diskGb: 30 },
    database: {
      type: 'r7g.xlarge',
      multiAz: true,
      storageGb: 500,
      maxStorageGb: 4000,
      backupDays: 30,
    },
    cache: { type: 'm7g.large', nodes: 2 },
    natGateways: 2,
  },
};
