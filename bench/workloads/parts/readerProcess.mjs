/** What `startReader` starts: told `start` and `stop`, it answers what the reads between them took. */
import { quantile, sleep } from './figures.mjs';
import { bodyOf, graphqlBytes, openLane } from './wire.mjs';

const ME = '{ me { id email roles } }';
/** Milliseconds between two reads, a few at a time. */
const PAUSE = 4;
const LANES = 2;

const { port, tokens, due } = JSON.parse(process.argv[2]);
const requests = tokens.map((token) => graphqlBytes(ME, undefined, token));
let sent = 0;

async function read(lane, times) {
  const started = performance.now();
  const answer = await lane.ask(requests[sent++ % requests.length]);
  times.push(performance.now() - started);
  if (!bodyOf(answer).includes(due)) throw new Error(`A read got: ${answer}`);
}

async function start() {
  const lanes = await Promise.all(Array.from({ length: LANES }, () => openLane(port)));
  const times = [];
  let running = true;
  const loops = lanes.map(async (lane, index) => {
    await sleep((PAUSE * index) / LANES);
    while (running) {
      await read(lane, times);
      await sleep(PAUSE * (0.5 + Math.random()));
    }
  });
  return async () => {
    running = false;
    await Promise.all(loops);
    lanes.forEach((lane) => lane.close());
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), count: times.length };
  };
}

let reading;
process.on('message', async (message) => {
  if (message === 'start') {
    reading = await start();
    process.send('reading');
  } else {
    process.send(await reading());
  }
});
