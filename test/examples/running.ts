import { expect } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnTs } from '../support/child.js';

export const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const root = JSON.parse(readFileSync(join(examples, '../package.json'), 'utf8'));

export interface Running {
  ask: (query: string, token?: string) => Promise<any>;
  stdout: () => string;
  /** A file of the example's own. */
  file: (name: string) => string;
}

/** Runs an example on a port and a folder of its own. */
export async function running(
  name: string,
  use: (server: Running) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-example-'));
  const child = spawnTs(join(examples, name, 'server.mjs'), [], {
    cwd: folder,
    env: { PORT: '0' },
  });
  try {
    await child.seen(/Listening on \S+/);
    const url = /Listening on (\S+)/.exec(child.stdout())?.[1] as string;
    const ask: Running['ask'] = async (query, token) => {
      const headers = {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const body = JSON.stringify({ query });
      return (await fetch(url, { method: 'POST', headers, body })).json();
    };
    await use({ ask, stdout: () => child.stdout(), file: (path) => join(folder, path) });
  } finally {
    child.process.kill('SIGKILL');
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its dependencies are those that it is tested with. */
export function expectPinned(name: string): void {
  const { engines, dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(examples, name, 'package.json'), 'utf8'),
  );
  expect(engines).toEqual(root.engines);
  for (const [dependency, version] of Object.entries({
    ...dependencies,
    ...optionalDependencies,
  })) {
    expect([dependency, version]).toEqual([
      dependency,
      dependency === 'graphql-gatehouse' ? 'file:../..' : installed(dependency),
    ]);
  }
}

const lock = JSON.parse(readFileSync(join(examples, '../package-lock.json'), 'utf8'));

/** As `package.json` says it, with the name of the package where it goes by another one. */
function installed(name: string): string {
  const { version, name: alias } = lock.packages[`node_modules/${name}`];
  return alias === undefined ? version : `npm:${alias}@${version}`;
}
