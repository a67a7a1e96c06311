import { ApolloClient, InMemoryCache } from '@apollo/client';
import { cookieStorage, createAuthClient } from 'graphql-gatehouse/client';
import { createAuthLink } from 'graphql-gatehouse/client/apollo';

/** Cookie mode: the server is started with JWT_AUTH_COOKIE=gatehouse. */
export const usesCookies = localStorage.getItem('example:cookies') === 'yes';

export function switchMode() {
  localStorage.setItem('example:cookies', usesCookies ? 'no' : 'yes');
  location.reload();
}

export const client = createAuthClient({
  url: '/graphql',
  ...(usesCookies && { storage: cookieStorage('gatehouse') }),
});

export const apollo = new ApolloClient({
  link: createAuthLink(client),
  cache: new InMemoryCache(),
});

// What one person has read is nobody else's business.
let reader = client.session?.user.id;
client.subscribe(() => {
  if (client.session?.user.id === reader) return;
  reader = client.session?.user.id;
  void apollo.clearStore();
});
