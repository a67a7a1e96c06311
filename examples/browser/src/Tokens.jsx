import { useEffect, useState } from 'react';
import { client } from './client.js';

/** Counts down by the server's clock: that of this machine may be wrong. */
export function Tokens({ session }) {
  const [now, setNow] = useState(client.serverTime());
  useEffect(() => {
    const timer = setInterval(() => setNow(client.serverTime()), 250);
    return () => clearInterval(timer);
  }, []);
  return (
    <dl>
      <dt>Access token</dt>
      <dd data-testid="access">{left(session.accessExpiresAt - now)}</dd>
      <dt>Refresh token</dt>
      <dd>{session.refreshExpiresAt === null ? 'none' : left(session.refreshExpiresAt - now)}</dd>
    </dl>
  );
}

function left(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const days = Math.floor(seconds / 86_400);
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return `${days > 0 ? `${days} d ` : ''}${clock}`;
}
