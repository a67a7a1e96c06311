import {
  BREAK,
  Kind,
  parse,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type ParseOptions,
  type Source,
  type ValueNode,
} from 'graphql';
import { createAttachments } from './attachments.js';
import { isSecretName } from './secretNames.js';

/** What a request brought that no text of ours may repeat. Longest first. */
export interface Secrets {
  /** Values under the name of a secret. */
  readonly named: readonly string[];
  /** These, and every longer text that the caller sent: any of them may be a secret under another name. */
  readonly all: readonly string[];
  /** Variables of the document that stand where a secret does, whatever their names are. */
  readonly variables: ReadonlySet<string>;
}

/** Shorter texts stand in every stack trace by chance. */
const MIN_LENGTH = 6;
const MIN_NAMED_LENGTH = 3;
/** Only errors ask for secrets; still a request of a megabyte must not make them slow. */
const MAX_VALUES = 1000;

/** Where a caller's secrets can stand. */
export interface Sent {
  readonly headers: {
    readonly authorization?: string | undefined;
    readonly cookie?: string | undefined;
  };
  readonly variables?: unknown;
  readonly document?: DocumentNode | undefined;
}

const known = createAttachments<Sent, Secrets>();

/** The document of a text in which somebody's secrets may stand; undefined where it is none. */
export function parsedIn(text: string | Source, options?: ParseOptions): DocumentNode | undefined {
  try {
    return parse(text, options);
  } catch {
    return undefined;
  }
}

/** Comparisons that looking for secrets in one text may cost, in the worst case: some milliseconds. */
const MOST_WORK = 30_000_000;

/**
 * Replaces each secret in a text. What was put in place of one is not looked at again: parts of `[redacted]` may be
 * secrets too. Where a caller has sent so much that looking would take long, the whole text counts as one.
 */
export function removeSecrets(text: string, secrets: readonly string[]): string {
  let left = MOST_WORK;
  let clean = [text];
  for (const secret of secrets) {
    if (secret.length > text.length) continue;
    left -= text.length * Math.min(secret.length, 300) + 30 * clean.length;
    if (left < 0) return '[redacted]';
    clean = clean.flatMap((part) => part.split(secret));
  }
  return clean.join('[redacted]');
}

/** The secrets in the headers, the variables and the literals of a request. Collected once. */
export function secretsOf(exchange: Sent): Secrets {
  let secrets = known.get(exchange);
  if (secrets === undefined) known.set(exchange, (secrets = collect(exchange)));
  return secrets;
}

function collect({ headers, variables, document }: Sent): Secrets {
  const named = new Set<string>();
  const all = new Set<string>();
  const secretVariables = new Set<string>();
  let left = MAX_VALUES;

  function addText(text: string, secret: boolean): void {
    if (text.length < (secret ? MIN_NAMED_LENGTH : MIN_LENGTH)) return;
    all.add(text);
    // Messages quote values as JSON does.
    if (secret) named.add(text).add(JSON.stringify(text).slice(1, -1));
  }

  function addValue(value: unknown, secret: boolean): void {
    if (--left < 0) return;
    if (typeof value === 'string' || typeof value === 'number') addText(String(value), secret);
    else if (typeof value === 'object' && value !== null) {
      for (const name in value) {
        if (left < 0) return;
        addValue((value as Record<string, unknown>)[name], secret || isSecretName(name));
      }
    }
  }

  /** What stands in a list or an object in place of a secret is one too: graphql-js quotes it whole. */
  function addLiteral(node: ValueNode, secret: boolean): void {
    if (left < 0) return;
    if (node.kind === Kind.VARIABLE) {
      if (secret) secretVariables.add(node.name.value);
    } else if (node.kind === Kind.LIST) {
      // Of a thousand ids none is left to count against the password behind them.
      for (const item of node.values) if (secret || !('value' in item)) addLiteral(item, secret);
    } else if (node.kind === Kind.OBJECT) {
      for (const { name, value } of node.fields)
        addLiteral(value, secret || isSecretName(name.value));
    } else if ('value' in node) addValue(node.value, secret);
  }

  const defaults = new Map<string, ValueNode>();
  const visitArgument = ({ name, value }: ArgumentNode) => {
    if (--left < 0) return BREAK;
    addLiteral(value, isSecretName(name.value));
    return false;
  };
  // Most documents have no literal at all, and need no walk.
  const source = document?.loc?.source.body ?? '';
  if (document !== undefined && source.includes(':')) {
    visit(document, {
      Argument: visitArgument,
      VariableDefinition({ variable: { name }, defaultValue }) {
        if (defaultValue === undefined) return;
        addLiteral(defaultValue, isSecretName(name.value));
        defaults.set(name.value, defaultValue);
      },
    });
    for (const [name, value] of defaults) if (secretVariables.has(name)) addLiteral(value, true);
  }
  left = MAX_VALUES;
  for (const [name, value] of Object.entries(variables ?? {})) {
    addValue(value, secretVariables.has(name) || isSecretName(name));
  }
  for (const text of headerSecrets(headers.authorization, headers.cookie)) {
    addText(text, text.length >= MIN_LENGTH);
  }
  return { named: longestFirst(named), all: longestFirst(all), variables: secretVariables };
}

function headerSecrets(authorization = '', cookie = ''): string[] {
  const token = authorization.split(/\s+/).slice(1);
  const cookies = cookie.split(';').map((part) => part.slice(part.indexOf('=') + 1).trim());
  return [...token, ...cookies];
}

const longestFirst = (texts: Set<string>): string[] =>
  [...texts].sort((a, b) => b.length - a.length);
