import { expect, test } from '@jest/globals';
import { cliWithDatabase } from './cli.js';

test('rotate --now names the keys of other algorithms, which it leaves as they are', async () => {
  const it = cliWithDatabase();
  await it.run(['keys', 'generate', '--algorithm', 'ES256']);
  await it.run(['keys', 'generate', '--algorithm', 'ES384']);
  const rotate = ['keys', 'rotate', '--algorithm', 'ES256'];
  expect((await it.run(rotate)).stdout).not.toContain('ES384');
  const { stdout } = await it.run([...rotate, '--now']);
  const [, kid = ''] =
    /: ES384 (\S+)\. .*keys rotate --algorithm ES384 --now\n$/.exec(stdout) ?? [];
  const listed = await it.run(['keys', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ kid, algorithm: 'ES384', retiredAt: null }),
  );
  const last = await it.run(['keys', 'rotate', '--algorithm', 'ES384', '--now']);
  // What is retired is not named any more, only the new key of the other algorithm.
  expect(last.stdout.match(/Of another algorithm/g)).toHaveLength(1);
  expect(last.stdout).not.toContain(kid);
});
