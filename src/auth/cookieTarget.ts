/**
 * Where cookies are set: the response of Node (and Express), the reply of Fastify, Fetch `Headers` that end up in the
 * answer, or a function of your own that adds one `Set-Cookie` header.
 */
export type CookieTarget =
  | { addCookie(cookie: string): unknown }
  | { appendHeader(name: string, value: string): unknown }
  | { append(name: string, value: string): unknown }
  | { readonly raw: unknown; header(name: string, value: string): unknown };

const NAME = 'set-cookie';

/** Throws a TypeError that says the fix for what takes no cookies. */
export function addCookieTo(target: CookieTarget | undefined): (cookie: string) => void {
  const given: object = typeof target === 'object' && target !== null ? target : {};
  if (has(given, 'addCookie')) return (cookie) => void given.addCookie(cookie);
  if (has(given, 'appendHeader')) return (cookie) => void given.appendHeader(NAME, cookie);
  // Fastify's reply keeps headers of its own, which would win over those of the response below it.
  if ('raw' in given && has(given, 'header')) return (cookie) => void given.header(NAME, cookie);
  if (has(given, 'append')) return (cookie) => void given.append(NAME, cookie);
  const came = target === undefined ? 'nothing' : describe(target);
  throw new TypeError(
    `auth.context(request, answer) expects where to set cookies, because jwt.authCookie is set: the response of Node, the reply of Fastify, Fetch Headers, or { addCookie: (text) => … }; got ${came}. Write for example context: async ({ req, res }) => auth.context(req, res).`,
  );
}

const has = <Name extends string>(
  value: object,
  name: Name,
): value is Record<Name, (...texts: string[]) => unknown> =>
  typeof (value as Record<string, unknown>)[name] === 'function';

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'nothing'}`
    : String(value);
