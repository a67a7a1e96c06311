import { parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { MAX_ERRORS } from '../auth/wrongVariables.js';
import { checkDocument } from '../limits/checkDocument.js';
import { defaultDocumentLimits } from '../limits/limits.js';

const ROUNDS = 16;
/** Small enough that a request that comes meanwhile hardly waits. */
const SIZE = 250;
/** Milliseconds: those who wait for the server to start come first. */
const DELAY = 100;

let isWarm = false;

/**
 * Lets the engine of Node compile the parser, the measuring and the rules of validation, soon and between requests:
 * cold, a large document takes three times as long. Costs a fraction of a second, once in a process: too long for who
 * starts again at each change of a file.
 */
export function warmUp(schema: GraphQLSchema): void {
  if (isWarm) return;
  isWarm = true;
  const documents = Array.from({ length: ROUNDS }, () => large).flat();
  const step = (): void => {
    const document = documents.pop();
    if (document === undefined) return;
    checkDocument(document, defaultDocumentLimits);
    validate(schema, parse(document), specifiedRules, { maxErrors: MAX_ERRORS });
    setImmediate(step);
  };
  setTimeout(step, DELAY).unref();
}

const numbers = Array.from({ length: SIZE }, (_, index) => index);

const large: readonly string[] = [
  `{ a { ${numbers.map((number) => `f${number}`).join(' ')} } }`,
  `{ a(list: [${numbers.join(' ')}]) { b } }`,
  `query(${numbers.map((number) => `$v${number}: Int`).join(' ')}) { a }`,
];
