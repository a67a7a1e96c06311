import { parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { MAX_ERRORS } from '../auth/wrongVariables.js';
import { checkDocument } from '../limits/checkDocument.js';
import { defaultDocumentLimits } from '../limits/limits.js';

const ROUNDS = 4;
const SIZE = 1000;

let isWarm = false;

/**
 * Lets the engine of Node compile the parser, the measuring and the rules of validation before the first request:
 * cold, a large document takes three times as long. Costs a fraction of a second, once in a process: too long for who
 * starts again at each change of a file.
 */
export function warmUp(schema: GraphQLSchema): void {
  if (isWarm) return;
  isWarm = true;
  const numbers = Array.from({ length: SIZE }, (_, index) => index);
  const documents = [
    `{ a { ${numbers.map((number) => `f${number}`).join(' ')} } }`,
    `{ a(list: [${numbers.join(' ')}]) { b } }`,
    `query(${numbers.map((number) => `$v${number}: Int`).join(' ')}) { a }`,
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const document of documents) {
      checkDocument(document, defaultDocumentLimits);
      validate(schema, parse(document), specifiedRules, { maxErrors: MAX_ERRORS });
    }
  }
}
