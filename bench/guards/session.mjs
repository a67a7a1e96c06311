/** A user as the peers know one: nobody where a token has expired. */
export const readerOf = (user) => (user === 'expired' ? null : user);

/** Whether scopes meet an OR of ANDs: for the libraries whose users write that themselves. */
export const meets = (user, scopes) =>
  user !== null && scopes.some((all) => all.every((scope) => user.scopes.includes(scope)));
