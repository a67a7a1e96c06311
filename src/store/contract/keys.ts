import { same } from './assert.js';
import type { KeyRow, Store } from '../store.js';
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

/** As somebody adds a key who has read all that are there. */
const add = async (store: Store, key: KeyRow, retireOthersAt: number | null = null) =>
  store.addKey({ key, retireOthersAt, seen: await store.keys() }, AUDIT);
const kidsOf = (keys: readonly KeyRow[] | 'changed') =>
  keys === 'changed' ? keys : keys.map(({ kid }) => kid);

export const keysCases: readonly Case[] = [
  {
    name: 'keys are made once for each purpose, and can be added and retired',
    async run({ store }) {
      const both = [secret('a', 'access'), secret('r', 'refresh')];
      same(kidsOf(await store.ensureKeys(both, [])), ['a', 'r']);
      const others = [secret('a2', 'access'), secret('r2', 'refresh')];
      same(kidsOf(await store.ensureKeys(others, both)), ['a', 'r']);
      same(await store.keys(), both);
      await add(store, secret('b', 'access', 2));
      await add(store, secret('c', 'access', 3), 3);
      await add(store, secret('d', 'access', 4), 4);
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
      await store.ensureKeys([secret('a', 'access'), secret('r', 'refresh')], []);
      const retire = async (kid: string, at: number) =>
        (await store.retireKey({ kid, at, signing: 'HS256' }, { ...AUDIT, event: 'key_retired' }))
          .kind;
      same(await retire('nobody', 1), 'not-found');
      same(await retire('a', 5), 'needed');
      await add(store, secret('b', 'access', 9));
      await add(store, { ...secret('c', 'access', 1), algorithm: 'HS512' });
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
      await add(store, secret('a', 'access'));
      await add(store, secret('b', 'access'));
      same((await store.retireKey({ kid: 'a', at: 9, signing: 'HS256' }, audit)).kind, 'retired');
      same((await store.retireKey({ kid: 'b', at: 5, signing: 'HS256' }, audit)).kind, 'needed');
    },
  },
  {
    name: 'of two that retire each other’s keys at once one is refused',
    async run({ store }) {
      const audit = { ...AUDIT, event: 'key_retired' } as const;
      await add(store, secret('a', 'access'));
      await add(store, secret('b', 'access'));
      const outcomes = await Promise.all(
        ['a', 'b'].map((kid) => store.retireKey({ kid, at: 5, signing: 'HS256' }, audit)),
      );
      same(outcomes.map(({ kind }) => kind).sort(), ['needed', 'retired']);
    },
  },

  {
    name: 'a key of the settings is kept by its name, once, and is no key of a purpose',
    async run(given) {
      const { store } = given;
      const named: KeyRow = { ...secret('s', 'given'), secret: new Uint8Array() };
      await store.ensureKeys([named], []);
      await store.ensureKeys([named, { ...named, kid: 't' }, secret('a', 'access')], []);
      same((await store.keys()).map(({ kid }) => kid).sort(), ['a', 's', 't']);
      const audit = { ...AUDIT, event: 'key_retired' } as const;
      same((await store.retireKey({ kid: 's', at: 5, signing: 'HS256' }, audit)).kind, 'not-found');
    },
  },

  {
    name: 'a secret is replaced only where it is still the one that was read',
    async run({ store }) {
      const row = secret('a', 'access');
      await store.ensureKeys([row], []);
      const [from, to] = [row.secret, new Uint8Array([9, 9])];
      const sealed = [{ ...row, secret: Buffer.from(to) }];
      same(await store.sealKeys([{ kid: 'a', from, to }], [row]), sealed);
      same(await store.sealKeys([{ kid: 'a', from, to: new Uint8Array([1]) }], sealed), sealed);
    },
  },

  {
    name: 'who has not seen a secret that is there writes nothing',
    async run({ store }) {
      const [a, r] = [secret('a', 'access'), secret('r', 'refresh')];
      const seal = { kid: 'a', from: a.secret, to: new Uint8Array([9]) };
      await store.ensureKeys([a], []);
      const outdated: KeyRow[][] = [
        [],
        [{ ...a, secret: new Uint8Array([7]) }],
        [{ ...a, kid: 'b' }],
      ];
      for (const seen of outdated) {
        same(await store.ensureKeys([r], seen), 'changed');
        const input = { key: secret('b', 'access', 2), retireOthersAt: 2, seen };
        same(await store.addKey(input, { ...AUDIT, event: 'key_created' }), 'changed');
        same(await store.sealKeys([seal], seen), 'changed');
      }
      same(await store.keys(), [a]);
      same(await store.auditEvents({ event: 'key_created', limit: 9 }), []);
      same(kidsOf(await store.ensureKeys([r], [a, secret('gone', 'access')])), ['a', 'r']);
    },
  },

  {
    name: 'of two that add a key at once, each by what it has seen, one learns of the other',
    async run({ store }) {
      const seen = await store.keys();
      const outcomes = await Promise.all(
        ['a', 'b'].map((kid) =>
          store.addKey({ key: secret(kid, 'access'), retireOthersAt: null, seen }, AUDIT),
        ),
      );
      same(outcomes.filter((outcome) => outcome === 'changed').length, 1);
      same((await store.keys()).length, 1);
    },
  },

  {
    name: 'a key of another algorithm than the one that signs retires where one of that goes on',
    async run({ store }) {
      const other = (kid: string, signsFrom = 1): KeyRow => ({
        ...secret(kid, 'access', signsFrom),
        algorithm: 'ES256',
      });
      const retire = async (kid: string, at: number, signing: string | null) =>
        (await store.retireKey({ kid, at, signing }, { ...AUDIT, event: 'key_retired' })).kind;
      await add(store, secret('a', 'access'));
      await add(store, secret('r', 'refresh'));
      same(await retire('a', 5, 'ES256'), 'needed');
      await add(store, other('e'));
      same(await retire('e', 9, 'HS256'), 'retired');
      same(await retire('a', 5, 'ES256'), 'needed');
      // It waits, and signs all the same where it is the only one.
      await add(store, other('f', 50));
      same(await retire('r', 5, 'ES256'), 'needed');
      same(await retire('a', 5, 'ES256'), 'retired');
      same(await retire('f', 60, 'ES256'), 'needed');
      same(await retire('f', 60, null), 'retired');
    },
  },

  {
    name: 'a retired key loses its secret, and its name when that is old too',
    async run({ store, clock }) {
      const now = clock.now();
      await add(store, secret('a', 'access'));
      await add(store, secret('b', 'access'), now - 1);
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
