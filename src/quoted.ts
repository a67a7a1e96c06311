import { isSecretName } from './secretNames.js';

const REDACTED = '[redacted]';

const ofVariable = /^Variable "\$(\w+)" got invalid value /;
const place = / at "([^"]*)"$/;
const names = /(?<=^|[{ ,])(\w+)(?=: )/g;
const notAnObject = /^; Expected type "\w+" to be an object\.$/;
const atTheEnd = /: [^]*$/;
const ofSyntax = /^(Syntax Error: [^]*\b(?:String|BlockString)) "[^]*"\.$/;

/**
 * What graphql-js says about a request, without the values that it quotes where they are a secret, or may be: under the
 * name of one, in place of an object that holds one, and any string of a text that cannot be parsed.
 */
export function withoutQuoted(message: string): string {
  const [start, variable] = ofVariable.exec(message) ?? [];
  // The reason stands last, and has no such mark in it.
  const end = message.lastIndexOf('; ');
  if (start === undefined || variable === undefined || end === -1) {
    return message.replace(ofSyntax, '$1.');
  }
  const [value, why] = [message.slice(start.length, end), message.slice(end)];
  const [at = '', path = ''] = place.exec(value) ?? [];
  if ([variable, ...path.split(/[.[\]]/)].some(isSecretName)) {
    return `${start}${REDACTED}${at}${why.replace(atTheEnd, '.')}`;
  }
  const isSecret = (value.match(names) ?? []).some(isSecretName) || notAnObject.test(why);
  return isSecret ? `${start}${REDACTED}${at}${why}` : message;
}
