import { version } from '../version.ts';

/** What runs here. */
export interface Versions {
  readonly minitter: string;
  readonly node: string;
  readonly sqlite: string;
  readonly platform: string;
}

export function versions(): Versions {
  const { node, sqlite = 'none' } = process.versions;
  return { minitter: version, node, sqlite, platform: `${process.platform} ${process.arch}` };
}

/** `minitter version`: one line for people, or JSON for scripts. */
export function versionCommand({ json }: { json?: boolean }): void {
  const { minitter, node, sqlite, platform } = versions();
  console.log(
    json
      ? JSON.stringify(versions())
      : `Minitter ${minitter} (Node.js ${node}, SQLite ${sqlite}, ${platform})`,
  );
}
