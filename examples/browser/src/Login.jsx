import { useState } from 'react';
import { client } from './client.js';

const reasons = {
  LOGGED_OUT: 'You have logged out.',
  TOKEN_REVOKED: 'This session was ended from another device.',
  SESSION_REVOKED: 'This session was ended from another device.',
  REFRESH_TOKEN_EXPIRED: 'It has been a while. Log in again.',
  REFRESH_TOKEN_REUSED: 'Somebody else may hold a copy of your tokens, so this session was ended.',
};

export function Login({ reason }) {
  const [problem, setProblem] = useState(null);

  async function submit(event) {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.target));
    const result = await client[event.nativeEvent.submitter.name]({ email, password });
    if (!result.ok) setProblem(result.problem);
  }

  return (
    <form onSubmit={submit}>
      {reason && <p role="status">{reasons[reason] ?? reason}</p>}
      <label>
        Email <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem && (
        <p role="alert">
          {problem.message}
          {problem.code === 'RATE_LIMITED' && ` Wait ${problem.retryAfter} seconds.`}
        </p>
      )}
      <button name="login">Log in</button> <button name="signup">Sign up</button>
    </form>
  );
}
