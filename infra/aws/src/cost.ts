/** What each size costs a month, and what it should carry: the arithmetic behind docs/aws.md. */
import type { Settings } from './settings.ts';
import { SIZES, type Size, type SizeName } from './sizes.ts';

export const HOURS_A_MONTH = 730;

/**
 * List prices for Seoul (ap-northeast-2) in US dollars, without tax and without any discount.
 * They are those of 2025 as the authors knew them, and could not be checked against AWS when this was
 * written: see https://calculator.aws before you decide anything.
 */
export const PRICES_OF = '2025';

/** Per hour. */
const HOURLY = {
  'EC2 t4g.small': 0.0208,
  'EC2 m7g.large': 0.1003,
  'EC2 c7g.xlarge': 0.163,
  'RDS t4g.small': 0.051,
  'RDS m7g.large': 0.231,
  'RDS r7g.xlarge': 0.573,
  'Valkey t4g.micro': 0.0192,
  'Valkey t4g.small': 0.0376,
  'Valkey m7g.large': 0.155,
  'NAT gateway': 0.059,
  'Load balancer': 0.0225,
  /** A unit of what the balancer does: 25 new connections a second, or 1 GB an hour. */
  'Load balancer unit': 0.008,
  'Public address': 0.005,
} as const;

/** Per month. */
const MONTHLY = {
  'EBS gp3, GB': 0.0912,
  'RDS gp3, GB': 0.131,
  Secret: 0.4,
  Alarm: 0.1,
  'Detailed metrics of an instance': 2.1,
  'Logs taken in, GB': 0.76,
  'Sent to the internet, GB': 0.126,
  'Through NAT, GB': 0.059,
  'DNS zone': 0.5,
} as const;

/** What is assumed of a month, because it costs by use. */
interface Use {
  readonly balancerUnits: number;
  readonly logGb: number;
  readonly outGb: number;
  readonly natGb: number;
}

export const USE: Readonly<Record<SizeName, Use>> = {
  small: { balancerUnits: 1, logGb: 2, outGb: 50, natGb: 5 },
  standard: { balancerUnits: 2, logGb: 20, outGb: 500, natGb: 20 },
  large: { balancerUnits: 8, logGb: 100, outGb: 3000, natGb: 100 },
};

/** How many alarms `alarms.ts` makes. */
export const ALARMS = 9;
/** How many secrets `secrets.ts` makes. */
export const SECRETS = 3;

/** One line of the bill. */
export interface Line {
  readonly what: string;
  /** How many of it. */
  readonly quantity: number;
  /** In US dollars, for one of it and a month. */
  readonly price: number;
}

/**
 * The bill of a month, with as many servers as there are at least.
 *
 * @param multiAz whether the database has a standby, which costs as much as itself
 */
export function monthlyBill(
  size: Size,
  { multiAz = size.database.multiAz, cache = true }: Partial<Settings> = {},
): Line[] {
  const { servers, database, natGateways } = size;
  const use = USE[size.name];
  const copies = multiAz ? 2 : 1;
  return [
    hourly(`EC2 ${servers.type}`, servers.min),
    monthly('EBS gp3, GB', servers.min * servers.diskGb),
    monthly('Detailed metrics of an instance', servers.min),
    hourly(`RDS ${database.type}`, copies),
    monthly('RDS gp3, GB', copies * database.storageGb),
    ...(cache ? [hourly(`Valkey ${size.cache.type}`, size.cache.nodes)] : []),
    hourly('Load balancer', 1),
    hourly('Load balancer unit', use.balancerUnits),
    hourly('NAT gateway', natGateways),
    // Two of the balancer, one of each NAT gateway.
    hourly('Public address', 2 + natGateways),
    monthly('Secret', cache ? SECRETS : SECRETS - 1),
    monthly('Alarm', cache ? ALARMS : ALARMS - 1),
    monthly('DNS zone', 1),
    monthly('Logs taken in, GB', use.logGb),
    monthly('Through NAT, GB', use.natGb),
    monthly('Sent to the internet, GB', use.outGb),
  ];
}

/** In US dollars a month. */
export const total = (bill: readonly Line[]): number =>
  bill.reduce((sum, { quantity, price }) => sum + quantity * price, 0);

function hourly(what: string, quantity: number): Line {
  const price = (HOURLY as Record<string, number>)[what];
  if (price === undefined) throw new Error(`There is no price for ${what}: add it to cost.ts.`);
  return { what, quantity, price: price * HOURS_A_MONTH };
}

const monthly = (what: keyof typeof MONTHLY, quantity: number): Line => ({
  what,
  quantity,
  price: MONTHLY[what],
});

/**
 * What the bench measured (bench/README.md): scenario 10 on MariaDB, and scenario 7's bare hashes. On
 * two cores that server, database and load generator shared, so it is less than they can do apart.
 */
export const BENCH = { requests: 439, cores: 2, hashesAtCost10: 16.6 } as const;

/** The server's default is 12; each step doubles the work. */
const BCRYPT_STEPS_ABOVE_BENCH = 2;
/** How much of the bench's two cores the database is taken to have had. */
const DATABASE_SHARE = 0.5;
/** Requests of one active person in a day, and how far the busiest hour is above the mean. */
const REQUESTS_A_DAY = 100;
const PEAK = 4;

/** Virtual cores, and how much of each may be used without end (burstable types save up for bursts). */
const CORES: Readonly<Record<string, { readonly cores: number; readonly sustained: number }>> = {
  't4g.small': { cores: 2, sustained: 0.2 },
  'm7g.large': { cores: 2, sustained: 1 },
  'c7g.xlarge': { cores: 4, sustained: 1 },
  'r7g.xlarge': { cores: 4, sustained: 1 },
};

/** What a size should carry, extrapolated and not measured. */
export interface Capacity {
  /** Requests a second of the bench's mix, hour after hour. */
  readonly sustained: number;
  /** The same in a burst of minutes. */
  readonly burst: number;
  /** Log-ins a second, with as many servers as there are at least. */
  readonly logIns: number;
  /** People who use it on one day. */
  readonly peopleADay: number;
}

/** The database decides how many requests; the servers' cores how many log-ins. */
export function capacity({ servers, database }: Size): Capacity {
  const db = coresOf(database.type);
  const server = coresOf(servers.type);
  const perCore = BENCH.requests / (BENCH.cores * DATABASE_SHARE);
  const sustained = perCore * db.cores * db.sustained;
  const hashes = BENCH.hashesAtCost10 / 2 ** BCRYPT_STEPS_ABOVE_BENCH;
  // As PASSWORD_WORKERS has it: all cores but one, three at most.
  const workers = Math.max(1, Math.min(server.cores - 1, 3));
  return {
    sustained,
    burst: perCore * db.cores,
    logIns: servers.min * workers * hashes,
    peopleADay: (sustained * 86_400) / (PEAK * REQUESTS_A_DAY),
  };
}

function coresOf(type: string) {
  const found = CORES[type];
  if (!found) throw new Error(`The cores of ${type} are not known: add them to cost.ts.`);
  return found;
}

const dollars = (value: number) => value.toFixed(2);

/** One figure with as many digits as it deserves: two. */
const rough = (value: number) => Number(value.toPrecision(2)).toLocaleString('en-US');

/** The words of the tables in Korean; the English ones are the keys. */
const KOREAN: Readonly<Record<string, string>> = {
  'EBS gp3, GB': 'EBS gp3 (GB)',
  'Detailed metrics of an instance': '인스턴스 세부 지표',
  'RDS gp3, GB': 'RDS gp3 (GB)',
  'Load balancer': '로드 밸런서',
  'Load balancer unit': '로드 밸런서 용량 단위(LCU)',
  'NAT gateway': 'NAT 게이트웨이',
  'Public address': '퍼블릭 IPv4 주소',
  Secret: '비밀 값',
  Alarm: '알람',
  'DNS zone': 'DNS 영역',
  'Logs taken in, GB': '로그 수집 (GB)',
  'Through NAT, GB': 'NAT 통과 (GB)',
  'Sent to the internet, GB': '인터넷 전송 (GB)',
  'USD / month': '월 비용 (USD)',
  'requests/s': '초당 요청',
  'burst/s': '순간 최대',
  'log-ins/s': '초당 로그인',
  'people/day': '하루 사용자',
};

/** The tables as they stand in docs/aws.md and docs/aws.ko.md, in Markdown. */
export function tables(language: 'en' | 'ko'): {
  readonly cost: string;
  readonly capacity: string;
} {
  const word = (english: string) => (language === 'ko' ? (KOREAN[english] ?? english) : english);
  const sizes = Object.values(SIZES);
  const bills = sizes.map((size) => monthlyBill(size));
  const rows = bills[0]?.map((_, row) => bills.map((bill) => bill[row] as Line)) ?? [];
  const cost = [
    `| | ${sizes.map(({ name }) => name).join(' | ')} |`,
    `|---|${sizes.map(() => '---:').join('|')}|`,
    ...rows.map((lines) => `| ${word(title(lines))} | ${lines.map(product).join(' | ')} |`),
    `| **${word('USD / month')}** | ${bills.map((bill) => `**${dollars(total(bill))}**`).join(' | ')} |`,
  ];
  const carried = sizes.map((size) => [size.name, capacity(size)] as const);
  const load = [
    `| | ${['requests/s', 'burst/s', 'log-ins/s', 'people/day'].map(word).join(' | ')} |`,
    '|---|---:|---:|---:|---:|',
    ...carried.map(
      ([name, { sustained, burst, logIns, peopleADay }]) =>
        `| ${name} | ${rough(sustained)} | ${rough(burst)} | ${rough(logIns)} | ${rough(peopleADay)} |`,
    ),
  ];
  return { cost: cost.join('\n'), capacity: load.join('\n') };
}

/** `RDS`, when the sizes have different types of it; the type then stands in each field. */
function title(lines: readonly Line[]): string {
  const names = new Set(lines.map(({ what }) => what));
  return names.size === 1 ? (lines[0]?.what ?? '') : (lines[0]?.what.split(' ')[0] ?? '');
}

function product({ what, quantity, price }: Line): string {
  const [, type] = /^(?:EC2|RDS|Valkey) ([a-z0-9]+\.\w+)$/.exec(what) ?? [];
  const kind = type === undefined ? '' : `${type} `;
  return `${kind}${quantity} × ${Number(price.toPrecision(5))} = ${dollars(quantity * price)}`;
}
