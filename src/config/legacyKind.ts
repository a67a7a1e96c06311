import { isSymmetric, type Algorithm } from '../tokens/keys.js';
import { legacyKinds, type LegacyKind } from '../tokens/legacy.js';
import { algorithms } from './jwtSettings.js';
import { pem, secrets, type SecretInput } from './keyKinds.js';
import { choice, duration, text, Wrong, type Kind, type Tools } from './kinds.js';
import { authScheme } from './netKinds.js';
import { suggest } from './suggest.js';

/** The system whose access tokens are read beside ours, as the program uses it. Durations are seconds. */
export interface LegacyTokensConfig {
  readonly kind: LegacyKind;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Secrets as bytes, public keys as PEM; undefined = those of `jwt`. */
  readonly key: readonly (Uint8Array | string)[] | undefined;
  readonly algorithm: Algorithm;
  readonly prefix: string;
  readonly lifetime: number;
  readonly audience: string | undefined;
  readonly issuer: string | undefined;
  readonly userClaim: string | undefined;
  readonly tokenTypeClaim: string;
}

/** The same as a program writes it. */
export interface LegacyTokensInput {
  /** Which system issued the tokens. */
  readonly kind: LegacyKind;
  /** From then on none of its tokens is accepted: `2027-01-31` (its first moment in UTC), ISO 8601, or a Date. */
  readonly until: string | Date;
  /**
   * Django's SECRET_KEY or SIGNING_KEY; for RS, PS and ES the public key as PEM or the path of a PEM file. Several verify
   * all. Default: `jwt.secretKey`, or `jwt.publicKey` where the algorithm is the same.
   */
  readonly key?: SecretInput | readonly SecretInput[] | undefined;
  /** Default HS256. */
  readonly algorithm?: Algorithm | undefined;
  /** The word before the token in the Authorization header. Default JWT; of simplejwt Bearer. */
  readonly prefix?: string | undefined;
  /** How long access tokens live there; one that has more ahead of it is refused. Default 5m. */
  readonly lifetime?: string | number | undefined;
  /** As `jwt.audience` and `jwt.issuer`, for these tokens. */
  readonly audience?: string | undefined;
  readonly issuer?: string | undefined;
  /** The claim that names the user. Default `user_id`; of graphql-jwt `username`, else `email`. */
  readonly userClaim?: string | undefined;
  /** Of simplejwt: the claim that tells access tokens from refresh tokens. Default `token_type`. */
  readonly tokenTypeClaim?: string | undefined;
}

const claim = text('the name of a claim', 'user_id');

/** A moment; a date alone is its first moment in UTC. */
const moment: Kind<number, string | Date> = {
  placeholder: 'DATE',
  expected: 'a date such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z',
  example: '2027-01-31',
  fromText: momentOf,
  fromCode: momentOf,
  format: (at) => new Date(at).toISOString(),
};

function momentOf(value: unknown): number | Wrong {
  const at =
    value instanceof Date ? value.getTime() : typeof value === 'string' ? parse(value) : NaN;
  return Number.isNaN(at) ? new Wrong() : at;
}

function parse(value: string): number {
  const [, day] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(value) ??
    [];
  // Date takes the 31st of February for the 3rd of March.
  if (day === undefined || new Date(`${day}T00:00Z`).getUTCDate() !== Number(day.slice(8)))
    return NaN;
  return new Date(value).getTime();
}

type Members = Omit<LegacyTokensInput, 'key'>;

const members: { readonly [Name in keyof Members]-?: Kind<unknown, never> } = {
  kind: choice(legacyKinds, 'simplejwt'),
  until: moment,
  algorithm: choice(algorithms, 'HS256'),
  prefix: authScheme('JWT'),
  lifetime: duration('5m', { min: 1 }),
  audience: text('a non-empty text', 'api'),
  issuer: text('a non-empty text', 'https://old.example.com'),
  userClaim: claim,
  tokenTypeClaim: claim,
};

/** JSON in the environment and on the command line, an object in code. */
export const legacyTokens: Kind<LegacyTokensConfig, LegacyTokensInput> = {
  placeholder: 'JSON',
  expected: `a JSON object with kind (${legacyKinds.join(', ')}) and until (a date)`,
  example: `'{"kind":"simplejwt","until":"2027-01-31"}'`,
  codeExample: "{ kind: 'simplejwt', until: '2027-01-31' }",
  // The key is part of it.
  secret: true,
  fromText(value, tools) {
    try {
      return read(JSON.parse(value), tools);
    } catch {
      return new Wrong();
    }
  },
  fromCode: read,
  format: () => '(not shown)',
};

function read(given: unknown, tools: Tools): LegacyTokensConfig | Wrong {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return new Wrong();
  const input = given as Record<string, unknown>;
  const known = [...Object.keys(members), 'key'];
  const stranger = Object.keys(input).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const meant = suggest(stranger, known);
    return new Wrong(
      `must be an object of ${known.join(', ')}; ${JSON.stringify(stranger.slice(0, 40))} is none of them` +
        (meant === null ? '' : ` (did you mean ${meant}?)`),
    );
  }
  const values: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(members)) {
    const value = input[name];
    if (value === undefined && name !== 'kind' && name !== 'until') continue;
    const checked = kind.fromCode(value as never, tools);
    if (checked instanceof Wrong) return wrongMember(name, kind.expected, value);
    values[name] = checked;
  }
  const { kind, algorithm = 'HS256' } = values as unknown as LegacyTokensConfig;
  const key = keyOf(input['key'], algorithm, tools);
  if (key instanceof Wrong) return key;
  return Object.freeze({
    ...defaults,
    prefix: kind === 'simplejwt' ? 'Bearer' : 'JWT',
    ...values,
    key,
  }) as LegacyTokensConfig;
}

const defaults = {
  algorithm: 'HS256',
  lifetime: 300,
  tokenTypeClaim: 'token_type',
  audience: undefined,
  issuer: undefined,
  userClaim: undefined,
} as const;

const wrongMember = (name: string, expected: string, value: unknown): Wrong => {
  const shown = JSON.stringify(value) ?? 'missing';
  // What is long may be the key in a wrong place.
  const came = shown.length > 32 ? 'it is not' : `it is ${shown}`;
  return new Wrong(`must be an object whose ${name} is ${expected}; ${came}`);
};

function keyOf(
  given: unknown,
  algorithm: Algorithm,
  tools: Tools,
): LegacyTokensConfig['key'] | Wrong {
  if (given === undefined) return undefined;
  const wrong = (expected: string) =>
    new Wrong(`must be an object whose key is ${expected}; it is not`);
  if (isSymmetric(algorithm)) {
    const bytes = secrets.fromCode(given as SecretInput, tools);
    if (!(bytes instanceof Wrong)) return bytes;
    return bytes.because === null
      ? wrong(`the secret of ${algorithm} as text, or a list of several`)
      : new Wrong(`has a key that ${bytes.because}`, 'Set its key to what the file holds');
  }
  const publicKey = pem('public');
  const pems = (Array.isArray(given) ? given : [given]).map((one) =>
    publicKey.fromCode(one as string, tools),
  );
  return pems.length === 0 || pems.some((one) => one instanceof Wrong)
    ? wrong(publicKey.expected)
    : (pems as string[]);
}
