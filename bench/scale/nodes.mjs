/** node bench/scale/nodes.mjs: guarded reads a second of one, two and four nodes, with and without `sessionCache`. */
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { startPostgres } from './server.mjs';

const SECONDS = 5;
const CONNECTIONS = 32;
const body = JSON.stringify({ query: '{ me { id email roles } }' });

const { url, client, stop } = await startPostgres();

async function startNode(sessionCache) {
  const node = spawn(
    process.execPath,
    ['dist/cli/main.js', 'serve', '--port', '0', '--host', '127.0.0.1'],
    {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        DATABASE_URL: url,
        GATEHOUSE_SESSION_CACHE: sessionCache,
        GATEHOUSE_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const endpoint = await new Promise((resolve) => {
    let text = '';
    node.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /Listening on (\S+)\n/.exec(text);
      if (found) resolve(new URL(found[1]));
    });
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
  const post = (text, headers = {}) =>
    new Promise((resolve, reject) => {
      const asked = request(endpoint, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', ...headers },
      });
      asked.on('error', reject).on('response', (response) => {
        let answer = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk) => (answer += chunk))
          .on('end', () => resolve(answer));
      });
      asked.end(text);
    });
  const ended = new Promise((resolve) => node.once('exit', resolve));
  return { post, stop: () => (node.kill('SIGTERM'), agent.destroy(), ended) };
}

async function transactions() {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { rows } = await client.query(
    `SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'`,
  );
  return Number(rows[0].xact_commit);
}

async function cell(count, sessionCache, email) {
  const nodes = await Promise.all(Array.from({ length: count }, () => startNode(sessionCache)));
  const input = `{ email: "${email}", password: "correct horse battery" }`;
  const tokens = [];
  for (let n = 0; n < 20; n++) {
    const query = `mutation { ${n === 0 ? 'signup' : 'login'}(input: ${input}) { accessToken } }`;
    const { data } = JSON.parse(await nodes[0].post(JSON.stringify({ query })));
    tokens.push((data.signup ?? data.login).accessToken);
  }
  const times = [];
  const run = async (seconds, record) => {
    const end = performance.now() + seconds * 1000;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, lane) => {
        for (let n = lane; performance.now() < end; n++) {
          const started = performance.now();
          const answer = await nodes[lane % count].post(body, {
            authorization: `Bearer ${tokens[n % 20]}`,
          });
          if (!answer.includes(email)) throw new Error(answer);
          if (record) times.push(performance.now() - started);
        }
      }),
    );
  };
  await run(2, false);
  const before = await transactions();
  await run(SECONDS, true);
  const queries = ((await transactions()) - before) / times.length;
  await Promise.all(nodes.map((node) => node.stop()));
  times.sort((a, b) => a - b);
  const p99 = times[Math.floor(times.length * 0.99)];
  return `| ${count} | ${sessionCache === '0' ? 'off' : sessionCache} | ${Math.round(times.length / SECONDS)} | ${p99.toFixed(1)} | ${queries.toFixed(2)} |`;
}

console.log('| nodes | `sessionCache` | reads a second | p99, ms | queries a read |');
let cells = 0;
for (const count of [1, 2, 4]) {
  for (const sessionCache of ['0', '5s']) {
    console.log(await cell(count, sessionCache, `user${cells++}@example.com`));
  }
}
await stop();
