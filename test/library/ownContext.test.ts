import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import type { Auth, AuthContext } from '../../src/index.js';
import { account, bearer, embedded, nobody, signup } from './support.js';

class Own {
  get greeting(): string {
    return 'Hi';
  }

  greet(name: string): string {
    return `${this.greeting} ${name}`;
  }
}

class Holder extends Own {
  constructor(auth: AuthContext) {
    super();
    Object.assign(this, auth);
  }
}

/** Hands everything on and owns nothing of it. */
class Delegate extends Own {
  constructor(readonly auth: AuthContext) {
    super();
  }
}
for (const name of [
  'viewer',
  'credential',
  'services',
  'loaders',
  'origin',
  'accessToken',
  'cookies',
  'viewerCan',
  'seenBy',
]) {
  Object.defineProperty(Delegate.prototype, name, {
    get(this: Delegate) {
      return this.auth[name as keyof AuthContext];
    },
  });
}

const schemaOf = (auth: Auth) =>
  auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, 'extend type User { greeting: String, seen: ID }'],
      resolvers: [
        auth.resolvers,
        {
          User: {
            greeting: ({ email }: { email: string }, _: unknown, own: Own) => own.greet(email),
            seen: (_: unknown, __: unknown, { viewer }: AuthContext) => viewer?.id,
          },
        },
      ],
    }),
  );

const login = `mutation { login(${account}) { session { current } user { id greeting seen sessions { current } } } }`;

describe('a context of an embedder', () => {
  test.each<[string, new (auth: AuthContext) => object]>([
    ['that is a class', Holder],
    ['whose class has getters in place of our keys', Delegate],
  ])('%s has its methods below a login, and the viewer who has logged in', async (_, Context) => {
    const auth = embedded();
    const schema = schemaOf(auth);
    await signup(auth, schema);
    const contextValue = new Context(await auth.context(nobody));
    const { data, errors } = await graphql({ schema, source: login, contextValue });
    expect(errors).toBeUndefined();
    const { user, session } = (data as any).login;
    expect({ ...user, sessions: user.sessions.length }).toEqual({
      id: user.id,
      greeting: 'Hi ann@example.com',
      seen: user.id,
      sessions: 2,
    });
    expect(session.current).toBe(true);
    expect(contextValue).toMatchObject({ viewer: null });
  });

  test.each([Object.freeze, Object.seal, Object.preventExtensions])(
    'that nobody can add to (%p) is one to log in with',
    async (close) => {
      const auth = embedded();
      const schema = schemaOf(auth);
      const token = await signup(auth, schema);
      const greet = (name: string) => `Hi ${name}`;
      const contextValue = close({ ...(await auth.context(nobody)), greet });
      const { data, errors } = await graphql({ schema, source: login, contextValue });
      expect(errors).toBeUndefined();
      expect((data as any).login.user).toMatchObject({ greeting: 'Hi ann@example.com' });
      expect((data as any).login.session.current).toBe(true);
      const known = close({ ...(await auth.context(bearer(token))) });
      const me = await graphql({ schema, source: '{ me { email } }', contextValue: known });
      expect(me.data).toMatchObject({ me: { email: 'ann@example.com' } });
    },
  );

  test('may have a `payload`, which is none of ours', async () => {
    const auth = embedded();
    const schema = schemaOf(auth);
    await signup(auth, schema);
    const greet = (name: string) => `Hi ${name}`;
    const payload = Object.freeze({ key: 'login', context: {} });
    const contextValue = { ...(await auth.context(nobody)), greet, payload };
    const { data } = await graphql({ schema, source: login, contextValue });
    expect((data as any).login.session.current).toBe(true);
    expect(contextValue.payload).toBe(payload);
  });
});
