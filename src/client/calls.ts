import type { AuthStorage } from './authStorage.js';
import type { Keeper } from './keeper.js';
import { CANCELLED } from './problem.js';
import { pairOf, type AuthPayload, type Pair } from './pair.js';
import type { Renewal } from './renewal.js';
import type { AuthClient, AuthResult } from './types.js';
import type { Answer, Ask, Fetch } from './wire.js';

type Calls<User> = Pick<
  AuthClient<User>,
  'login' | 'signup' | 'changePassword' | 'adopt' | 'logout'
>;

/**
 * What begins and ends sessions.
 *
 * @param alone sends what no refresh of any tab may overlap; `guarded` likewise, with the token
 * @param exclusively as the storage has it
 * @param rival in cookie mode: its answers would set their cookies over those of a login
 */
export function createCalls<User>(
  ask: Ask,
  keeper: Keeper<User>,
  now: () => number,
  alone: Fetch,
  guarded: Fetch,
  exclusively: NonNullable<AuthStorage['exclusively']>,
  rival: Renewal<User> | null,
): Calls<User> {
  const end = (pair: Pair<User> | null | undefined, allSessions?: boolean) => {
    const input = { refreshToken: pair?.refresh, allSessions };
    // Where there is no refresh token the header says whose session it is.
    const headers: Record<string, string> = {};
    if (pair?.access && !pair.refresh) headers['Authorization'] = `Bearer ${pair.access}`;
    // The page may be about to go.
    return ask<{ revokedSessions: number }>('logout', input, { headers, keepalive: true });
  };

  /** It is sent at once, but a login waits for its answer: that would delete the cookies of the login. */
  const first = <Result>(ending: Promise<Result>): Promise<Result> => {
    exclusively(() => ending).catch(() => undefined);
    return ending;
  };

  async function enter(answering: Promise<Answer<AuthPayload<User>>>): Promise<AuthResult<User>> {
    const { leaves } = keeper;
    const sentAt = now();
    const answer = await answering;
    if (!answer.ok) return answer;
    const pair = pairOf(answer.data, sentAt);
    if (await keeper.enter(pair, leaves)) return { ok: true, session: keeper.session! };
    void first(end(pair));
    return { ok: false, problem: CANCELLED };
  }

  const open = (field: string) => (input: object) => {
    const answering = ask<AuthPayload<User>>(field, input, {}, alone);
    rival?.cut(answering);
    return enter(answering);
  };

  return {
    login: open('login'),
    signup: open('signup'),
    changePassword: (input) => enter(ask('changePassword', input, {}, guarded)),
    adopt: (data) => enter(Promise.resolve({ ok: true, data })),
    async logout({ allSessions } = {}) {
      const answer = await first(keeper.leave().then((pair) => end(pair, allSessions)));
      return answer.ok ? { ok: true, ...answer.data } : answer;
    },
  };
}
