/** The floor: what a handler written by hand costs that verifies the token, reads the rows, and answers. */
import { createServer } from 'node:http';
import { listening } from './shared/listening.mjs';
import { readsAll, viewerOf } from './shared/auth.mjs';
import { firstUsers, rolesByUserId, rolesByUserIds, userById } from './shared/data.mjs';

const server = createServer((request, response) => {
  const chunks = [];
  request
    .on('data', (chunk) => chunks.push(chunk))
    .on('end', () => {
      const { query } = JSON.parse(Buffer.concat(chunks).toString());
      const viewer = viewerOf(request.headers.authorization);
      if (viewer === null) return answer(response, 401, { errors: [{ message: 'No viewer.' }] });
      if (!query.includes('users(')) return answer(response, 200, { data: { me: meOf(viewer) } });
      if (!readsAll(viewer)) return answer(response, 403, { errors: [{ message: 'No scope.' }] });
      answer(response, 200, { data: { users: { nodes: page() } } });
    });
});

function meOf({ id }) {
  const { email } = userById(id);
  return { id, email, roles: rolesByUserId(id) };
}

function page() {
  const users = firstUsers(50);
  const roles = rolesByUserIds(users.map(({ id }) => id));
  return users.map(({ id, email }, index) => ({ id, email, roles: roles[index] }));
}

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

server.listen(0, '127.0.0.1', () => listening(server.address().port));
