import type { RequestContext } from './request.js';
import type { ViewerContext } from './viewer.js';

/** What our fields need of a context beside its viewer. */
export type ContextParts = Omit<RequestContext, keyof ViewerContext>;

/** Who copies a context takes it along, and no key of theirs can have its name. */
const PARTS = Symbol('parts');

const names = Object.keys({
  services: true,
  loaders: true,
  origin: true,
  accessToken: true,
  cookies: true,
  viewerCan: true,
  seenBy: true,
} satisfies Record<keyof ContextParts, true>) as (keyof ContextParts)[];

/** The same context, which knows in each of its copies what it was made of. */
export function remembering<Context extends object>(context: Context, parts: ContextParts) {
  return Object.assign(context, { [PARTS]: parts });
}

/** Those that the context was made of, whatever stands in it now; undefined where `auth.context` has not made it. */
export const partsOf = (context: object): ContextParts | undefined =>
  (context as { readonly [PARTS]?: ContextParts })[PARTS];

/**
 * The context, for fields of ours. Throws where an embedder's key has taken the place of one of its parts: such a field
 * would fail without a hint, or count the attempts of all callers as those of one address.
 */
export function ours<Context extends RequestContext>(context: Context): Context {
  const parts = partsOf(context);
  if (parts === undefined) return context;
  // By index: this is asked for each object of a list, and an iterator is an object for each name.
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as keyof ContextParts;
    if (context[name] !== parts[name]) throw replaced(name);
  }
  const { credential, viewer } = context;
  if (!kinds.has(credential.kind)) throw replaced('credential');
  if (viewer !== (credential.kind === 'valid' ? credential.viewer : null)) throw replaced('viewer');
  return context;
}

const kinds: ReadonlySet<unknown> = new Set(
  Object.keys({
    none: true,
    valid: true,
    rejected: true,
    unavailable: true,
  } satisfies Record<RequestContext['credential']['kind'], true>),
);

const replaced = (name: string): TypeError =>
  new TypeError(
    `A key of yours has replaced \`${name}\` of auth.context() in the GraphQL context. Spread auth.context last, { ...yours, ...(await auth.context(req)) }, or give your key another name.`,
  );
