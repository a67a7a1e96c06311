/** The answer of a login as a server may give it, with what a test wants otherwise. */
export const payload = ({
  tokens = true,
  ...more
}: { tokens?: boolean; [field: string]: unknown } = {}) => ({
  ...(tokens && { accessToken: 'a.b.c', refreshToken: 'r.b.c' }),
  accessTokenExpiresIn: 300,
  refreshTokenExpiresIn: 604_800,
  serverTime: new Date().toISOString(),
  session: { id: 's' },
  user: { id: '1' },
  ...more,
});
