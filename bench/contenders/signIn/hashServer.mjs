/** The hash function alone, on every core; `GET /?seconds=…` answers how many were compared a second. */
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';

const { BENCH_HASH, BENCH_PASSWORD } = process.env;

async function run(seconds) {
  let count = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  const lane = async () => {
    for (; performance.now() < end; count++) await verify(BENCH_HASH, BENCH_PASSWORD);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return count / ((performance.now() - began) / 1000);
}

const server = createServer((request, response) => {
  const seconds = Number(new URL(request.url, 'http://x').searchParams.get('seconds'));
  run(seconds).then((rate) => response.end(String(rate)));
});
server.listen(0, '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}/`),
);
process.once('SIGTERM', () => process.exit());
