import { isDeepStrictEqual } from 'node:util';

export async function post(url, body, token = null) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Throws unless the contender gives the data that is due, and gives none of it to those who may not have it. */
export async function check(name, contender, url, { body, good, due, refused, secret }) {
  const { status, text } = await post(url, body, good);
  const { data, errors } = JSON.parse(text);
  if (status !== 200 || errors !== undefined || !isDeepStrictEqual(data, due)) {
    throw new Error(`${name} should answer ${JSON.stringify(due)}, but answers ${status} ${text}`);
  }
  if (contender.guards === false) return;
  for (const token of refused) {
    const answer = await post(url, body, token);
    if (answer.status >= 500 || answer.text.includes(secret)) {
      throw new Error(
        `${name} should refuse ${token ?? 'a request without a token'}, but answers ${answer.status} ${answer.text}`,
      );
    }
  }
}
