import { isSecretName } from './secretNames.js';

const REDACTED = '[redacted]';

const ofVariable = /^Variable "\$(\w+)" got invalid value /;
const place = / at "([^"]*)"$/;
/** Characters: nobody reads more of a value, and a hostile request is told of its own fifty times. */
const LONGEST = 1000;
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
  const [at = '', path = ''] = place.exec(value.slice(-LONGEST)) ?? [];
  if ([variable, ...path.split(/[.[\]]/)].some(isSecretName)) {
    return `${start}${REDACTED}${at}${why.replace(atTheEnd, '.')}`;
  }
  const isHidden = value.length > LONGEST || notAnObject.test(why) || holdsSecret(value);
  return isHidden ? `${start}${REDACTED}${at}${why}` : message;
}

const holdsSecret = (value: string): boolean => (value.match(names) ?? []).some(isSecretName);
