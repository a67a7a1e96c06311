import type { SettingsInput } from '../../src/config.js';
import { readDjangoDump } from '../../src/services/imports/djangoDump.js';
import type { DumpOptions } from '../../src/services/imports/djangoUser.js';
import { importUsers, type ImportOutcome } from '../../src/services/imports/importUsers.js';
import { committed, type Issued } from '../django/issued.js';
import { testAuth, type TestAuth } from './auth.js';

/** Bob of the fixture: his primary key is 2. */
export const BOB = {
  id: '2',
  email: 'bob@example.com',
  username: 'bob@work',
  passwordHash: null,
  createdAt: 0,
  roles: [] as string[],
};

export type Legacy = NonNullable<SettingsInput['legacyTokens']>;

/** The whole system with the tokens of a Django system, at the time of the fixture, with Ann and Bob in its store. */
export async function legacyAuth(
  legacy: Partial<Legacy>,
  settings: SettingsInput = {},
  issued: Issued = committed,
): Promise<
  TestAuth & { ask: (authorization: string, source: string) => ReturnType<TestAuth['run']> }
> {
  const before = await testAuth();
  before.clock.set(issued.now * 1000);
  const legacyTokens: Legacy = {
    kind: 'drf-jwt',
    until: '2031-01-01',
    key: issued.secretKey,
    ...legacy,
  };
  const it = await testAuth({ ...settings, legacyTokens }, { before });
  const audit = { event: 'user_created', actorId: null } as const;
  for (const user of [BOB, { ...BOB, id: '1', email: 'ann@example.com', username: 'ann' }]) {
    await it.store.createUser(user, audit);
  }
  return {
    ...it,
    ask: (authorization, source) => it.run(source, { authorization: [authorization] }),
  };
}

/** What `gatehouse import-users` makes of a dump. */
export async function importDump(
  { store, clock }: Pick<TestAuth, 'store' | 'clock'>,
  dump: unknown,
  options: Partial<DumpOptions> = {},
): Promise<ImportOutcome> {
  const read = readDjangoDump(JSON.stringify(dump), {
    model: 'auth.user',
    emailField: 'email',
    usernameField: null,
    emailDomain: null,
    ...options,
  });
  if (typeof read === 'string') throw new Error(read);
  return importUsers(store, read.users, { clock, roleFor: new Map(), dryRun: false });
}
