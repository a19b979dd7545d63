/** The files of `infra/` that cannot be run here, held against the server that they are for. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig, SETTING_NAMES } from '../../src/config.ts';
import { startRedis } from '../kit/redis.ts';

const infra = path.join(import.meta.dirname, '../../../infra');
const read = (file: string) => readFileSync(path.join(infra, file), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: Readonly<Record<string, { readonly ipv4_address?: string }>>;
}

/** The YAML of the API's description is written with this library: it is there. */
const yaml = createRequire(createRequire(import.meta.url).resolve('@fastify/swagger'))('yaml') as {
  parse(
    text: string,
    options: { merge: boolean },
  ): {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
};

const compose = (file: string) => yaml.parse(read(`docker/${file}`), { merge: true });

/** The services that are Minitter, by name. */
const minitters = (file: string) =>
  Object.entries(compose(file).services).filter(([, { image }]) => image === 'minitter');

const COMPOSE_FILES = ['one-server.yaml', 'cluster.yaml'];

test('in Compose the server may do little, and is set up with settings that there are', () => {
  const known: readonly string[] = SETTING_NAMES;
  for (const file of COMPOSE_FILES) {
    const found = minitters(file);
    assert.ok(found.length > 0);
    for (const [name, service] of found) {
      assert.equal(service.read_only, true, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      const settings = Object.keys(service.environment ?? {});
      assert.deepEqual(
        settings.filter((setting) => !known.includes(setting)),
        [],
        name,
      );
    }
  }
});

test('what Compose builds from, and mounts, is there', () => {
  for (const file of COMPOSE_FILES) {
    const { services, volumes } = compose(file);
    for (const service of Object.values(services)) {
      if (service.build) {
        const dockerfile = path.join(service.build.context, service.build.dockerfile);
        assert.ok(existsSync(path.join(infra, 'docker', dockerfile)), dockerfile);
      }
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        const isThere = source.startsWith('.')
          ? existsSync(path.join(infra, 'docker', source))
          : source in volumes;
        assert.ok(isThere, `${file} mounts ${source}`);
      }
    }
  }
});

const addressOf = (service: Service | undefined) => service?.networks?.['inside']?.ipv4_address;

test('the servers of the cluster share all settings, and HAProxy is whom they trust', () => {
  const { services } = compose('cluster.yaml');
  const [one, two, ...others] = minitters('cluster.yaml').map(([, service]) => service);
  assert.deepEqual(others, []);
  assert.deepEqual({ ...one, networks: undefined }, { ...two, networks: undefined });
  const env = {
    ...one?.environment,
    DATABASE_URL: 'mysql://minitter:x@mysql:3306/minitter',
    MINITTER_SECRET: 'x'.repeat(32),
    S3_REGION: '',
    S3_ENDPOINT: '',
    S3_ACCESS_KEY_ID: '',
    S3_SECRET_ACCESS_KEY: '',
  };
  const { trustedProxies, redisUrls, timelines } = loadConfig(env);
  const haproxy = services['haproxy'];
  assert.deepEqual(trustedProxies, [addressOf(haproxy)]);
  assert.ok(services['redis']);
  assert.deepEqual([redisUrls, timelines.store], [['redis://redis:6379'], 'redis']);
  const { SERVER_ONE, SERVER_TWO } = haproxy?.environment ?? {};
  const { port } = loadConfig({});
  assert.deepEqual(
    [SERVER_ONE, SERVER_TWO],
    [one, two].map((service) => `${addressOf(service)}:${port}`),
  );
});

test('the cluster has a Redis that holds nothing of value', async (t) => {
  const { services } = compose('cluster.yaml');
  const { command = [], volumes } = services['redis'] ?? {};
  assert.equal(volumes, undefined);
  const redis = await startRedis(t, command);
  const names = ['save', 'appendonly', 'maxmemory', 'maxmemory-policy'];
  const settings = await redis.command('CONFIG', 'GET', ...names);
  assert.deepEqual(pairsOf(settings as string[]), {
    save: '',
    appendonly: 'no',
    maxmemory: String(256 * 2 ** 20),
    'maxmemory-policy': 'allkeys-lru',
  });
});

const pairsOf = (list: readonly string[]) =>
  Object.fromEntries(
    Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i], list[2 * i + 1]]),
  );

test('the image runs what the package has, as nobody of importance', () => {
  const lines = read('docker/Dockerfile').split('\n');
  assert.ok(lines.includes('USER 10001:10001'));
  assert.ok(lines.includes('ENTRYPOINT ["minitter"]'));
  assert.ok(lines.includes(`EXPOSE ${loadConfig({}).port}`));
  const set = lines.join(' ').match(/\b(?:HOST|MINITTER_\w+)(?==)/g) ?? [];
  assert.deepEqual(set, ['HOST', 'MINITTER_DATA_DIR']);
  for (const name of set) assert.ok(SETTING_NAMES.includes(name as 'HOST'), name);
});

test('the unit of systemd starts what the package has, and its user writes to its data only', () => {
  const unit = new Map(
    [...read('systemd/minitter.service').matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  assert.match(unit.get('ExecStart') ?? '', /node_modules\/minitter\/bin\/minitter\.cjs serve$/);
  assert.equal(unit.get('Environment'), 'MINITTER_DATA_DIR=/var/lib/minitter');
  assert.equal(unit.get('StateDirectory'), 'minitter');
  assert.equal(unit.get('ProtectSystem'), 'strict');
  assert.equal(unit.get('NoNewPrivileges'), 'yes');
  // With it, JavaScript would not be compiled, and the server would not start.
  assert.equal(unit.get('MemoryDenyWriteExecute'), undefined);
});
