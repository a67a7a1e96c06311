import { BREAK, Kind, visit, type ASTNode } from 'graphql';
import type { Exchange } from './exchange.js';
import { isSecretName } from './secretNames.js';

/** What a request brought that no text of ours may repeat. */
export interface Secrets {
  /** Values under the name of a secret. */
  readonly named: readonly string[];
  /** These, and every longer text that the caller sent: any of them may be a secret under another name. */
  readonly all: readonly string[];
}

/** Shorter texts stand in every stack trace by chance. */
const MIN_LENGTH = 6;
const MIN_NAMED_LENGTH = 3;
/** Only errors ask for this; still a request of a megabyte must not make them slow. */
const MAX_VALUES = 1000;

/** Replaces each secret in a text. */
export function removeSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '[redacted]');
  return clean;
}

/** The secrets in the headers, the variables and the literals of a request. Longest first. */
export function secretsOf({ headers, variables, document }: Exchange): Secrets {
  const named = new Set<string>();
  const all = new Set<string>();
  const secretVariables = new Set<string>();

  function addValue(value: unknown, secret: boolean): void {
    if (all.size >= MAX_VALUES) return;
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value);
      if (secret && text.length >= MIN_NAMED_LENGTH)
        named.add(text).add(JSON.stringify(text).slice(1, -1));
      if (text.length >= (secret ? MIN_NAMED_LENGTH : MIN_LENGTH)) all.add(text);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) {
        addValue(item, secret || isSecretName(name));
      }
    }
  }

  let met = 0;
  const visitValue = (node: { name: { value: string }; value: ASTNode }) => {
    if (++met > MAX_VALUES) return BREAK;
    const secret = isSecretName(node.name.value);
    if (node.value.kind === Kind.VARIABLE && secret) secretVariables.add(node.value.name.value);
    else if ('value' in node.value) addValue(node.value.value, secret);
    return undefined;
  };
  if (document !== undefined) visit(document, { Argument: visitValue, ObjectField: visitValue });
  for (const [name, value] of Object.entries(variables ?? {})) {
    addValue(value, secretVariables.has(name) || isSecretName(name));
  }
  for (const text of headerSecrets(headers.authorization, headers.cookie)) {
    addValue(text, text.length >= MIN_LENGTH);
  }
  return { named: longestFirst(named), all: longestFirst(all) };
}

function headerSecrets(authorization = '', cookie = ''): string[] {
  const token = authorization.split(/\s+/).slice(1);
  const cookies = cookie.split(';').map((part) => part.slice(part.indexOf('=') + 1).trim());
  return [...token, ...cookies].filter((text) => text !== '');
}

const longestFirst = (texts: Set<string>): string[] =>
  [...texts].sort((a, b) => b.length - a.length);
