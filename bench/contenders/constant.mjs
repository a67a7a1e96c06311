/** Shows what the load generator can do: no contender comes near it. */
import { createServer } from 'node:http';
import { listening } from './shared/listening.mjs';

const text = '{"data":null}';

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': text.length,
    });
    response.end(text);
  });
});

server.listen(0, '127.0.0.1', () => listening(server.address().port));
