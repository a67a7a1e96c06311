import { memoryStorage } from '../../src/client/index.js';
import { Jar } from '../cookies/support.js';
import { parseSetCookie } from 'cookie';
import { loggedIn } from './world.js';

/**
 * Somebody whose tokens are in cookies, in one tab, and how often it has refreshed.
 *
 * @param arrives is given what was asked, and waited for before the answer and its cookies are here
 */
export async function hidden(arrives: (body: string) => unknown = () => undefined) {
  const jar = new Jar();
  const count = { refreshes: 0 };
  const withCookies: typeof fetch = async (input, init) => {
    if ((init?.body as string).includes('refreshToken(')) count.refreshes += 1;
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(jar.header())) headers.set(name, String(value));
    const response = await fetch(input, { ...init, headers });
    await arrives(init?.body as string);
    jar.take({ cookies: response.headers.getSetCookie().map((one) => parseSetCookie(one)) });
    return response;
  };
  const storage = { ...memoryStorage(), areTokensHidden: true };
  const settings = { jwt: { authCookie: 'gate' }, hideTokens: true };
  const it = await loggedIn(settings, { storage, fetch: withCookies });
  return { ...it, storage, count, fetch: withCookies };
}
