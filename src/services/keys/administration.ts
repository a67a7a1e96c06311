import { ok, refuse, type Outcome, type Refusal } from '../../outcome.js';
import type { KeyRow, Store } from '../../store/store.js';
import { SECOND, type Clock } from '../../time.js';
import { CLOCK_SKEW } from '../../tokens/claims.js';
import { isSymmetric, type Algorithm, type TokenKey } from '../../tokens/keys.js';
import type { Actor } from '../permission.js';
import { homesOf, inSettings, type KeyHomes, type KeySettings, type Purpose } from './home.js';
import { assertOpened, sealedRow } from './keyText.js';
import { newKey, rowOf, type KeyTimes } from './newKey.js';
import { isLive, signerAt } from './ring.js';

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

/**
 * How keys that the store keeps come and go. Each is refused where the settings have the keys. What adds one rejects with
 * a `SettingsError` where the master key is not that of the keys which are there.
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
  /** Ends a key that has a successor: when its last token has expired, or at once. */
  retire(actor: Actor, input: { kid: string; atOnce: boolean }): Promise<Outcome<KeyInfo>>;
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
    const { kid, purpose, algorithm } = key;
    const now = clock.now();
    const present = await store.keys();
    // Sealed under a wrong master key it would stop every server that starts.
    assertOpened(
      present.filter((row) => isLive(row, now)),
      settings.masterKey,
    );
    const rows = await store.addKey(
      { key: sealedRow(key, settings.masterKey), retireOthersAt },
      auditOf(actor, 'key_created', { kid, purpose, algorithm, othersUntil: retireOthersAt }),
    );
    changed(rows);
    return ok(infoOf(key));
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
      return add(actor, key, atOnce ? createdAt : signsFrom + lifetimeOf(purpose));
    },

    async retire(actor, { kid, atOnce }) {
      const now = clock.now();
      const rows = await store.keys();
      const row = rows.find((key) => key.kid === kid);
      if (row === undefined || row.purpose === 'given') return noSuchKey(kid);
      const { purpose } = row;
      const at = atOnce ? now : ceasesToSign(row, rows, now) + lifetimeOf(purpose);
      // Beside an older key it would sign for ever.
      if (at === Infinity) return needed(kid);
      const audit = auditOf(actor, 'key_retired', { kid, purpose, at });
      const outcome = await store.retireKey({ kid, at }, audit);
      if (outcome.kind === 'not-found') return noSuchKey(kid);
      if (outcome.kind === 'needed') return needed(kid);
      changed(outcome.keys);
      const after = outcome.keys.find((key) => key.kid === kid) ?? row;
      return ok(infoOf(after));
    },
  };
}

/** From then on another key signs; now, where one does already. */
function ceasesToSign(row: KeyRow, rows: readonly KeyRow[], now: number): number {
  const others = rows.flatMap((key) =>
    key.purpose === row.purpose && isLive(key, now)
      ? [{ ...key, algorithm: key.algorithm as Algorithm }]
      : [],
  );
  if (signerAt(others, row.algorithm as Algorithm, now)?.kid !== row.kid) return now;
  const coming = others.filter(
    ({ kid, algorithm, signsFrom }) =>
      kid !== row.kid && algorithm === row.algorithm && signsFrom > now,
  );
  return Math.min(...coming.map(({ signsFrom }) => signsFrom), Infinity);
}

export const infoOf = (row: KeyRow): KeyInfo => ({
  kid: row.kid,
  purpose: row.purpose === 'refresh' ? 'refresh' : 'access',
  algorithm: row.algorithm,
  createdAt: row.createdAt,
  signsFrom: row.signsFrom,
  retiredAt: row.retiredAt,
});

const noSuchKey = (kid: string): Refusal =>
  refuse('NOT_FOUND', {}, `There is no key with the kid ${kid} in the store.`);

const needed = (kid: string): Refusal =>
  refuse(
    'BAD_USER_INPUT',
    {},
    `${kid} still signs, and no other key takes its place by then. Make one first: gatehouse keys rotate`,
  );

const auditOf = (
  { viewer, origin }: Actor,
  event: 'key_created' | 'key_retired',
  details: Record<string, unknown>,
) => ({ event, actorId: viewer?.id ?? null, ...(origin && { origin }), details });
