import { same } from './assert.js';
import type { KeyRow } from '../store.js';
import type { Case } from './case.js';
import { AUDIT } from './given.js';

const secret = (kid: string, purpose: KeyRow['purpose'], createdAt = 1): KeyRow => ({
  kid,
  purpose,
  algorithm: 'HS256',
  secret: Buffer.from([0, 255, createdAt]),
  publicKey: null,
  createdAt,
  signsFrom: createdAt,
  retiredAt: null,
});

export const keysCases: readonly Case[] = [
  {
    name: 'keys are made once for each purpose, and can be added and retired',
    async run({ store }) {
      const both = [secret('a', 'access'), secret('r', 'refresh')];
      same(
        (await store.ensureKeys(both)).map(({ kid }) => kid),
        ['a', 'r'],
      );
      await store.ensureKeys([secret('a2', 'access'), secret('r2', 'refresh')]);
      same(await store.keys(), both);
      await store.addKey({ key: secret('b', 'access', 2), retireOthersAt: null }, AUDIT);
      await store.addKey({ key: secret('c', 'access', 3), retireOthersAt: 3 }, AUDIT);
      await store.addKey({ key: secret('d', 'access', 4), retireOthersAt: 4 }, AUDIT);
      same(
        (await store.keys()).map(({ kid, retiredAt }) => [kid, retiredAt]),
        [
          ['a', 3],
          ['r', null],
          ['b', 3],
          ['c', 4],
          ['d', null],
        ],
      );
    },
  },

  {
    name: 'a key retires only where another of its purpose and algorithm signs by then',
    async run({ store }) {
      await store.ensureKeys([secret('a', 'access'), secret('r', 'refresh')]);
      const retire = async (kid: string, at: number) =>
        (await store.retireKey({ kid, at }, { ...AUDIT, event: 'key_retired' })).kind;
      same(await retire('nobody', 1), 'not-found');
      same(await retire('a', 5), 'needed');
      await store.addKey({ key: secret('b', 'access', 9), retireOthersAt: null }, AUDIT);
      await store.addKey(
        { key: { ...secret('c', 'access', 1), algorithm: 'HS512' }, retireOthersAt: null },
        AUDIT,
      );
      same(await retire('a', 8), 'needed');
      same(await retire('r', 9), 'needed');
      same(await retire('a', 9), 'retired');
      same(await retire('a', 20), 'retired');
      same(await retire('b', 30), 'needed');
      same((await store.keys()).find(({ kid }) => kid === 'a')?.retiredAt, 9);
      same((await store.auditEvents({ event: 'key_retired', limit: 9 })).length, 2);
    },
  },

  {
    name: 'a key that has an end itself takes no other’s place: somebody signs ever after',
    async run({ store }) {
      const audit = { ...AUDIT, event: 'key_retired' } as const;
      await store.addKey({ key: secret('a', 'access'), retireOthersAt: null }, AUDIT);
      await store.addKey({ key: secret('b', 'access'), retireOthersAt: null }, AUDIT);
      same((await store.retireKey({ kid: 'a', at: 9 }, audit)).kind, 'retired');
      same((await store.retireKey({ kid: 'b', at: 5 }, audit)).kind, 'needed');
    },
  },
  {
    name: 'of two that retire each other’s keys at once one is refused',
    async run({ store }) {
      const audit = { ...AUDIT, event: 'key_retired' } as const;
      await store.addKey({ key: secret('a', 'access'), retireOthersAt: null }, AUDIT);
      await store.addKey({ key: secret('b', 'access'), retireOthersAt: null }, AUDIT);
      const outcomes = await Promise.all(
        ['a', 'b'].map((kid) => store.retireKey({ kid, at: 5 }, audit)),
      );
      same(outcomes.map(({ kind }) => kind).sort(), ['needed', 'retired']);
    },
  },

  {
    name: 'a key of the settings is kept by its name, once, and is no key of a purpose',
    async run(given) {
      const { store } = given;
      const named: KeyRow = { ...secret('s', 'given'), secret: new Uint8Array() };
      await store.ensureKeys([named]);
      await store.ensureKeys([named, { ...named, kid: 't' }, secret('a', 'access')]);
      same((await store.keys()).map(({ kid }) => kid).sort(), ['a', 's', 't']);
      const audit = { ...AUDIT, event: 'key_retired' } as const;
      same((await store.retireKey({ kid: 's', at: 5 }, audit)).kind, 'not-found');
    },
  },

  {
    name: 'a secret is replaced only where it is still the one that was read',
    async run({ store }) {
      const row = secret('a', 'access');
      await store.ensureKeys([row]);
      const [from, to] = [row.secret, new Uint8Array([9, 9])];
      same((await store.sealKeys([{ kid: 'a', from, to }]))[0]?.secret, Buffer.from(to));
      const late = await store.sealKeys([{ kid: 'a', from, to: new Uint8Array([1]) }]);
      same(late[0]?.secret, Buffer.from(to));
    },
  },

  {
    name: 'a retired key loses its secret, and its name when that is old too',
    async run({ store, clock }) {
      const now = clock.now();
      await store.addKey({ key: secret('a', 'access'), retireOthersAt: null }, AUDIT);
      await store.addKey({ key: secret('b', 'access'), retireOthersAt: now - 1 }, AUDIT);
      const prune = (keySecretsBefore: number, keysBefore: number) =>
        store.prune({
          sessionsBefore: 0,
          refreshAuditBefore: 0,
          auditBefore: 0,
          addressesBefore: 0,
          keySecretsBefore,
          keysBefore,
          limit: 9,
        });
      same(await prune(now - 1, 0), 0);
      same(await prune(now, 0), 1);
      same(
        (await store.keys()).map(({ secret }) => secret.length > 0),
        [false, true],
      );
      same(await prune(now, 0), 0);
      same(await prune(now, now), 1);
      same(
        (await store.keys()).map(({ kid }) => kid),
        ['b'],
      );
    },
  },
];
