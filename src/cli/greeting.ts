import type { FirstAdmin } from './firstStart.js';

/** What is printed once the server listens; `url` is the endpoint's. Where tokens are hidden no command can use one. */
export function greeting(
  url: string,
  prefix: string,
  admin: FirstAdmin | null,
  hideTokens = false,
): string {
  const lines = [`Listening on ${url}`];
  if (admin !== null) {
    const { login, me } = firstRequests(url, prefix, admin);
    lines.push(
      '',
      credentials(admin),
      '',
      'Log in:',
      '',
      login,
      ...(hideTokens ? [] : ['', 'Log in and read who you are:', '', me]),
    );
  }
  return `${lines.join('\n')}\n\n`;
}

/** Who was made, and the only text that the password is ever in. */
export const credentials = ({ email, password }: FirstAdmin): string =>
  [
    'This first start has created an administrator. The password is not shown again.',
    `  Email:    ${email}`,
    `  Password: ${password}`,
  ].join('\n');

/** Two commands for a shell: one logs in, one logs in and reads `me` with the access token. */
export function firstRequests(
  url: string,
  prefix: string,
  { email, password }: FirstAdmin,
): { login: string; me: string } {
  const input = `{ email: ${JSON.stringify(email)}, password: ${JSON.stringify(password)} }`;
  const login = request(url, `mutation { login(input: ${input}) { accessToken } }`);
  const token = `$(${login} | sed -E 's/.*"accessToken":"([^"]+)".*/\\1/')`;
  const me = request(url, '{ me { email roles } }', ` -H "Authorization: ${prefix} ${token}"`);
  return { login, me };
}

function request(url: string, query: string, more = ''): string {
  const body = quote(JSON.stringify({ query }));
  return `curl -s ${url} -H 'Content-Type: application/json'${more} -d ${body}`;
}

/** One word for a POSIX shell, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
