import { isSecretName } from './secretNames.js';

const REDACTED = '[redacted]';

const ofVariable = /^Variable "\$(\w+)" got invalid value(?=[ ;])/;
/** Also of a value with such a place in it: what looks like a secret's counts as one. */
const places = / at "[^"]*"(?=; )/g;
/** Characters: nobody reads more of a value, and a hostile request is told of its own fifty times. */
const LONGEST = 1000;
const names = /(?<=^|[{ ,])(\w+)(?=: )/g;
const notAnObject = /^; Expected type "\w+" to be an object\.$/;
/** Of graphql-js, which names no value there but behind a colon. */
const isReason =
  /^; (?:Field "|Expected (?:type "\w+" to be|non-nullable) |(?:Enum "\w+"|Int|Float|String|Boolean|ID) cannot )/;
const atTheEnd = /: [^]*$/;
/** Ours have a place at most where those of graphql-js have the value. */
const ofOurs = /^( at "[^"]*")?; /;
const ofSyntax = /^(Syntax Error: [^]*\b(?:String|BlockString)) "[^]*"\.$/;

/**
 * What graphql-js says about a request, without the values that it quotes where they are a secret, or may be: under the
 * name of one, in place of an object that holds one, and any string of a text that cannot be parsed.
 */
export function withoutQuoted(
  message: string,
  secretVariables: ReadonlySet<string> = new Set(),
): string {
  const [start, variable] = ofVariable.exec(message) ?? [];
  if (start === undefined || variable === undefined) return message.replace(ofSyntax, '$1.');
  const said = message.slice(start.length);
  const ours = ofOurs.exec(said);
  const part = ours === null ? said.slice(-LONGEST) : said.slice(0, LONGEST);
  const found = part.match(places) ?? [];
  const why = said.slice(ours === null ? said.lastIndexOf('; ') : (ours[1] ?? '').length);
  const isHidden =
    said.length > LONGEST ||
    secretVariables.has(variable) ||
    [variable, ...found.join().split(/\W/)].some(isSecretName) ||
    holdsSecret(said) ||
    (ours === null && notAnObject.test(why));
  if (!isHidden) return message;
  const reason = isReason.test(why) ? why.replace(atTheEnd, '.') : '.';
  const place = (ours === null ? found.at(-1) : ours[1]) ?? '';
  return `${start} ${REDACTED}${place}${reason}`;
}

const holdsSecret = (text: string): boolean => (text.match(names) ?? []).some(isSecretName);
