import { expect, test } from '@jest/globals';
import { writeFileSync, rmSync } from 'node:fs';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { createChanges } from '../../../src/store/postgres/changes.js';
import { systemClock } from '../../../src/time.js';
import { useFolder } from '../../support/folder.js';
import { usePostgres } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const postgres = usePostgres({ durable: true });
const folder = useFolder();
const open = (url: string) => openStore(url, { clock: systemClock, log: silentLog });
const audit = { event: 'role_set', actorId: null } as const;
const role = (scopes: string[]) => ({
  name: 'support',
  description: null,
  scopes,
  expectedVersion: null,
});

test('nodes that have seen an edit which a fail-over lost tell the roles of the new primary', async () => {
  const url = postgres.fresh();
  const nodes = [await open(url), await open(url)] as const;
  await nodes[0].upsertRole(role([]), audit);
  await postgres.stop('fast');
  postgres.backUp();
  await postgres.start();
  await nodes[0].upsertRole(role(['users:write']), audit);
  for (const node of nodes) await node.roleTable();
  await postgres.stop('fast');
  postgres.restore();
  await postgres.start();
  // One asks in between, and the other comes when the new primary has an edit of its own.
  await nodes[0].roleTable();
  const other = await open(url);
  await other.upsertRole(role(['users:read']), audit);
  for (const node of nodes) {
    const { roles } = await node.roleTable();
    expect(roles.find(({ name }) => name === 'support')?.scopes).toEqual(['users:read']);
  }
  for (const node of [...nodes, other]) await node.close();
});

test('a file of the URL that is missing when the connection is made again ends nothing', async () => {
  const file = folder('ca.pem');
  writeFileSync(file, 'x');
  const failures: unknown[] = [];
  const log = { ...silentLog, debug: ({ err }: { err?: unknown }) => void failures.push(err) };
  const location = {
    engine: 'postgres',
    schema: 'gatehouse',
    url: `postgres://u:p@127.0.0.1:1/db?sslmode=verify-full&sslrootcert=${file}`,
  } as const;
  const changes = createChanges(location, log, Math.random);
  changes.listen(() => undefined);
  await until(() => failures.length > 0);
  rmSync(file);
  await until(() => failures.some((error) => String(error).includes('ca.pem')));
  await changes.close();
});
