import { gql } from '@apollo/client';
import { useMutation, useQuery } from '@apollo/client/react';

const SESSIONS = gql`
  query Sessions {
    sessions {
      id
      createdAt
      lastUsedAt
      ipAddress
      userAgent
      current
    }
  }
`;

const REVOKE = gql`
  mutation Revoke($id: ID!) {
    revokeSession(id: $id) {
      id
    }
  }
`;

export function Sessions() {
  const { data, error } = useQuery(SESSIONS, { pollInterval: 5000 });
  const [revoke] = useMutation(REVOKE, { refetchQueries: [SESSIONS] });
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <table>
      <caption>Where you are logged in</caption>
      <tbody>
        {data?.sessions?.map(({ id, createdAt, ipAddress, userAgent, current }) => (
          <tr key={id}>
            <td>
              {device(userAgent)} {current && <em>this one</em>}
            </td>
            <td>{ipAddress}</td>
            <td>{new Date(createdAt).toLocaleString()}</td>
            <td>
              {!current && <button onClick={() => revoke({ variables: { id } })}>End it</button>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Firefox on Linux, or whatever it calls itself. */
function device(userAgent) {
  const browser = /(Firefox|Edg|Chrome|Safari)\//.exec(userAgent ?? '')?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(userAgent ?? '')?.[1];
  return browser && system ? `${browser} on ${system}` : (userAgent ?? 'unknown device');
}
