/** What another system called its users, for those who came from one. */
export const usernames = `
ALTER TABLE users ADD COLUMN username text COLLATE "C";
CREATE UNIQUE INDEX users_username ON users (username) WHERE username IS NOT NULL;
`;
