import { ok, refuse, type Outcome, type Refusal } from '../../outcome.js';
import type { KeyRow, Store } from '../../store/store.js';
import { SECOND, type Clock } from '../../time.js';
import { CLOCK_SKEW } from '../../tokens/claims.js';
import { isSymmetric, type Algorithm, type TokenKey } from '../../tokens/keys.js';
import type { Actor } from '../permission.js';
import { homesOf, inSettings, type KeyHomes, type KeySettings, type Purpose } from './home.js';
import { sealedRow } from './keyText.js';
import { newKey, rowOf, type KeyTimes } from './newKey.js';
import { openedRows, sealPlain } from './openedRows.js';
import { ceasesToSign, needed, noSuchKey } from './retirement.js';
import { isLive } from './ring.js';

/** What is told of a key; nothing of it is secret. Times are milliseconds. */
export type KeyInfo = Pick<
  KeyRow,
  'kid' | 'algorithm' | 'createdAt' | 'signsFrom' | 'retiredAt'
> & {
  readonly purpose: Purpose;
};

export interface NewKeyInput {
  readonly purpose: Purpose;
  readonly algorithm: Algorithm;
}

export interface RotateInput {
  readonly purpose: Purpose;
  /** Default: the one that is set; refresh tokens have HS256 always. */
  readonly algorithm?: Algorithm;
  readonly atOnce: boolean;
}

export interface RetireInput {
  readonly kid: string;
  readonly atOnce: boolean;
  /**
   * What servers sign access tokens with. Default: the one that is set; null where that is not known: then a key is
   * taken for one that signs whatever its algorithm is.
   */
  readonly inUse?: Algorithm | null;
}

/**
 * How keys that the store keeps come and go. What adds one is refused where the settings have the keys, seals those that
 * are there as well, and rejects with a `SettingsError` where the master key is not theirs.
 */
export interface KeyAdministration {
  /** A further key. It signs at once where there is none of its algorithm, else when it has been published. */
  generate(actor: Actor, input: NewKeyInput): Promise<Outcome<KeyInfo>>;
  /** The same with a key that was made elsewhere. */
  take(actor: Actor, key: TokenKey): Promise<Outcome<KeyInfo>>;
  /**
   * A key that takes the place of those of its purpose and algorithm. They verify until the last token that they have
   * signed has expired; with `atOnce`, for a compromise, the new one signs now and they verify nothing any more.
   */
  rotate(actor: Actor, input: RotateInput): Promise<Outcome<KeyInfo>>;
  /** Ends a key that has a successor or signs no more: when its last token has expired, or at once. */
  retire(actor: Actor, input: RetireInput): Promise<Outcome<KeyInfo>>;
  /** Where the keys of each purpose are kept. */
  readonly home: KeyHomes;
}

/** Durations are seconds. */
export interface KeyAdministrationSettings extends KeySettings {
  readonly keyPublishDelay: number;
  readonly expirationDelta: number;
  readonly leeway: number;
  readonly refreshExpirationDelta: number;
  readonly refreshSliding: boolean;
  readonly sessionMaxAge: number;
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: KeyAdministrationSettings;
  /** Is told the rows after each change. */
  readonly changed?: ((rows: readonly KeyRow[]) => void) | undefined;
}

/** It stands in the header of every token. */
const kidPattern = /^[\x21-\x7e]{1,128}$/;

/** Every node has seen a new secret by then: each looks once a second. */
const SECRET_DELAY = 2 * SECOND;

/** A stolen key is over on servers too whose clocks are behind: each compares its end with its own. */
const CLOCKS_APART = CLOCK_SKEW * SECOND;

export function createKeyAdministration({
  store,
  clock,
  settings,
  changed = () => undefined,
}: Parts): KeyAdministration {
  const home = homesOf(settings);

  const delayOf = (algorithm: Algorithm): number =>
    isSymmetric(algorithm) ? SECRET_DELAY : settings.keyPublishDelay * SECOND;

  /** How long after it has ceased to sign a key may still be needed. */
  function lifetimeOf(purpose: Purpose): number {
    const { expirationDelta, leeway, refreshSliding, refreshExpirationDelta, sessionMaxAge } =
      settings;
    const window = refreshSliding ? sessionMaxAge : refreshExpirationDelta;
    return ((purpose === 'access' ? expirationDelta : window) + leeway + CLOCK_SKEW) * SECOND;
  }

  function refusalOf(purpose: Purpose, algorithm: Algorithm): Refusal | null {
    if (home[purpose] === 'settings') return inSettings(settings, purpose);
    return purpose === 'refresh' && algorithm !== 'HS256'
      ? refuse('BAD_USER_INPUT', {}, 'Refresh tokens are always signed with HS256.')
      : null;
  }

  async function add(
    actor: Actor,
    key: KeyRow,
    retireOthersAt: number | null,
  ): Promise<Outcome<KeyInfo>> {
    const { masterKey } = settings;
    const { kid, purpose, algorithm } = key;
    const details = { kid, purpose, algorithm, othersUntil: retireOthersAt };
    const row = sealedRow(key, masterKey);
    for (;;) {
      const seen = await openedRows({ store, clock }, masterKey);
      if (await sealPlain(store, seen, masterKey)) continue;
      const audit = auditOf(actor, 'key_created', details);
      const rows = await store.addKey({ key: row, retireOthersAt, seen }, audit);
      if (rows === 'changed') continue;
      changed(rows);
      return ok(infoOf(key));
    }
  }

  /** The algorithm of which a key has to go on without this one; null where none of the store's signs. */
  function signingBeside({ purpose, algorithm }: KeyRow, inUse: Algorithm | null): string | null {
    // Refresh secrets of the store are needed again when those of the settings go: a start makes none where one was.
    if (purpose === 'refresh') return 'HS256';
    if (inUse === null) return algorithm;
    return home.access === 'settings' ? null : inUse;
  }

  /** When a further key of this algorithm begins to sign. */
  async function timesOf({ purpose, algorithm }: NewKeyInput): Promise<KeyTimes> {
    const now = clock.now();
    const live = (await store.keys()).filter(
      (row) => row.purpose === purpose && row.algorithm === algorithm && isLive(row, now),
    );
    return { createdAt: now, signsFrom: live.length === 0 ? now : now + delayOf(algorithm) };
  }

  return {
    home,

    async generate(actor, input) {
      const { purpose, algorithm } = input;
      const refusal = refusalOf(purpose, algorithm);
      if (refusal !== null) return refusal;
      return add(actor, await newKey(purpose, algorithm, await timesOf(input)), null);
    },

    async take(actor, key) {
      const { kid, algorithm } = key;
      const refusal = refusalOf('access', algorithm);
      if (refusal !== null) return refusal;
      if (!kidPattern.test(kid)) {
        return refuse('BAD_USER_INPUT', {}, 'A kid has 1 to 128 printable ASCII characters.');
      }
      if ((await store.keys()).some((row) => row.kid === kid)) {
        return refuse('BAD_USER_INPUT', {}, `There is a key with the kid ${kid} already.`);
      }
      const times = await timesOf({ purpose: 'access', algorithm });
      return add(actor, rowOf(key, 'access', times), null);
    },

    async rotate(actor, { purpose, algorithm: asked, atOnce }) {
      const algorithm = asked ?? (purpose === 'access' ? settings.algorithm : 'HS256');
      const refusal = refusalOf(purpose, algorithm);
      if (refusal !== null) return refusal;
      const createdAt = clock.now();
      const signsFrom = atOnce ? createdAt : createdAt + delayOf(algorithm);
      const key = await newKey(purpose, algorithm, { createdAt, signsFrom });
      return add(actor, key, atOnce ? createdAt - CLOCKS_APART : signsFrom + lifetimeOf(purpose));
    },

    async retire(actor, { kid, atOnce, inUse = settings.algorithm }) {
      const now = clock.now();
      const rows = await store.keys();
      const row = rows.find((key) => key.kid === kid);
      if (row === undefined || row.purpose === 'given') return noSuchKey(kid);
      const { purpose } = row;
      const signing = signingBeside(row, inUse);
      const end = (at: number) =>
        store.retireKey({ kid, at, signing }, auditOf(actor, 'key_retired', { kid, purpose, at }));
      const at = atOnce ? now : ceasesToSign(row, rows, signing, now) + lifetimeOf(purpose);
      // Beside an older key it would sign for ever.
      if (at === Infinity) return needed(row, signing);
      let outcome = await end(atOnce ? at - CLOCKS_APART : at);
      // Its successor may sign only since then.
      if (atOnce && outcome.kind === 'needed') outcome = await end(at);
      if (outcome.kind === 'not-found') return noSuchKey(kid);
      if (outcome.kind === 'needed') return needed(row, signing);
      changed(outcome.keys);
      const after = outcome.keys.find((key) => key.kid === kid) ?? row;
      return ok(infoOf(after));
    },
  };
}

export const infoOf = (row: KeyRow): KeyInfo => ({
  kid: row.kid,
  purpose: row.purpose === 'refresh' ? 'refresh' : 'access',
  algorithm: row.algorithm,
  createdAt: row.createdAt,
  signsFrom: row.signsFrom,
  retiredAt: row.retiredAt,
});

const auditOf = (
  { viewer, origin }: Actor,
  event: 'key_created' | 'key_retired',
  details: Record<string, unknown>,
) => ({ event, actorId: viewer?.id ?? null, ...(origin && { origin }), details });
