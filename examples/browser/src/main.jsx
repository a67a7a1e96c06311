import { ApolloProvider } from '@apollo/client/react';
import { useSession } from 'graphql-gatehouse/client/react';
import { createRoot } from 'react-dom/client';
import { apollo, client, switchMode, usesCookies } from './client.js';
import { Login } from './Login.jsx';
import { Sessions } from './Sessions.jsx';
import { Tokens } from './Tokens.jsx';

function Page() {
  const session = useSession(client);
  return (
    <main>
      <h1>Gatehouse</h1>
      {session === undefined && <p>One moment …</p>}
      {session === null && <Login reason={client.endReason} />}
      {session && (
        <>
          <p>
            Logged in as <strong>{session.user.email}</strong>{' '}
            <button onClick={() => client.logout()}>Log out</button>
          </p>
          <Tokens session={session} />
          <Sessions key={session.id} />
        </>
      )}
      <footer>
        <label>
          <input type="checkbox" checked={usesCookies} onChange={switchMode} /> Keep the tokens in
          cookies that no script can read
        </label>
        <p>
          The server needs <code>JWT_AUTH_COOKIE=gatehouse</code> for that.
        </p>
      </footer>
    </main>
  );
}

createRoot(document.getElementById('root')).render(
  <ApolloProvider client={apollo}>
    <Page />
  </ApolloProvider>,
);
