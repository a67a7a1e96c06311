import type { Log } from '../log.js';

/** Where a response names its denials. */
export type ErrorPlace = 'errors' | 'extensions' | 'disabled';
/** In whose words. */
export type ErrorCodes = 'gatehouse' | 'router';

/** An error as it was thrown or as it is sent. */
interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

interface Response {
  readonly errors?: readonly ResponseError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * Puts the denials of one finished answer where they belong. Takes errors as they were thrown and as they are sent;
 * has no effect on anything else in the answer, and makes a new one where it changes something.
 */
export type Respond = <R extends object>(response: R) => R;

export interface ResponderOptions {
  readonly errors: ErrorPlace;
  readonly errorCode: ErrorCodes;
  readonly log: Log;
}

const ROUTER_CODE = 'UNAUTHORIZED_FIELD_OR_TYPE';

export function createResponder({ errors: place, errorCode, log }: ResponderOptions): Respond {
  if (place === 'errors' && errorCode === 'gatehouse') return (response) => response;
  const worded = (error: ResponseError): ResponseError =>
    errorCode === 'gatehouse' || !isRefusal(error) ? error : inWordsOfRouter(error);

  const respond = (response: Response): Response => {
    const { errors = [], extensions } = response;
    const denials = errors.filter(isDenial);
    if (denials.length === 0) return response;
    if (place === 'errors') {
      return {
        ...response,
        errors: errors.map((error) => (isDenial(error) ? worded(error) : error)),
      };
    }
    const others = errors.filter((error) => !isDenial(error));
    const left: Response = { ...response, errors: others };
    // GraphQL §7.1: where there are no errors the key is not there.
    if (others.length === 0) delete (left as { errors?: unknown }).errors;
    if (place === 'disabled') {
      const denied = denials.map(({ path, extensions: details }) => ({ path, ...details }));
      log.warn({ denied }, 'Denials that the answer does not name.');
      return left;
    }
    return { ...left, extensions: { ...extensions, authorizationErrors: denials.map(worded) } };
  };
  return respond as Respond;
}

/** Only guards name the directive that has denied. */
const isDenial = ({ extensions }: ResponseError): boolean =>
  typeof extensions?.['directive'] === 'string' && typeof extensions['coordinate'] === 'string';

/** A store that cannot be asked is no refusal. */
const isRefusal = ({ extensions }: ResponseError): boolean =>
  extensions?.['code'] === 'UNAUTHENTICATED' || extensions?.['code'] === 'FORBIDDEN';

function inWordsOfRouter(error: ResponseError): ResponseError {
  const { message, path, extensions, locations } = error as ResponseError & { locations?: unknown };
  return {
    message,
    ...(locations !== undefined && { locations }),
    ...(path && { path }),
    extensions: { ...extensions, code: ROUTER_CODE },
  };
}
