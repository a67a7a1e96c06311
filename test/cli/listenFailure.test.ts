import { expect, test } from '@jest/globals';
import { CommandError } from '../../src/cli/exitCodes.js';
import { explain } from '../../src/cli/listenFailure.js';

test.each(['ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])(
  'a host that cannot be looked up (%s) is explained with the fix',
  (code) => {
    const error = Object.assign(new Error(`getaddrinfo ${code} nowhere`), {
      code,
      syscall: 'getaddrinfo',
    });
    const explained = explain(error, 'nowhere', 4000);
    expect(explained).toBeInstanceOf(CommandError);
    expect((explained as Error).message).toBe(
      'nowhere is no address of this machine. Set --host to 127.0.0.1, or to 0.0.0.0 for every interface.',
    );
  },
);

test('what is unknown is left as it is', () => {
  const error = Object.assign(new Error('listen EINVAL'), { code: 'EINVAL', syscall: 'listen' });
  expect(explain(error, 'here', 4000)).toBe(error);
  expect(explain(undefined, 'here', 4000)).toBeUndefined();
});
