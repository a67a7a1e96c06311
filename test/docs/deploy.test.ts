import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../src/cli/exitCodes.js';
import { entries } from '../../src/config.js';
import { blocksOf } from '../support/docs.js';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, 'deploy', file), 'utf8');
const files = ['compose.yaml', 'kubernetes.yaml'];
const unit = read('gatehouse.service');
const unitSays = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];

test.each(files)('deploy/%s sets nothing that is no setting', (file) => {
  const known = entries.flatMap(({ env }) => env);
  const named = [...read(file).matchAll(/\b((?:GATEHOUSE|JWT)_[A-Z_]+|DATABASE_URL)\b/g)];
  expect(named.length).toBeGreaterThan(2);
  expect(named.map((match) => match[1]).filter((name) => !known.includes(name ?? ''))).toEqual([]);
});

test.each(files)(
  'deploy/%s asks for readiness where we answer it, and waits for a stop',
  (file) => {
    const text = read(file);
    expect(text).toContain('/readyz');
    expect(text).toContain('4000');
    const grace = /(?:stop_grace_period|terminationGracePeriodSeconds): (\d+)/.exec(text)?.[1];
    expect(Number(grace)).toBeGreaterThan(11);
  },
);

test('the image is made as docs/running.md says, since it has no compiler', () => {
  const [image, install] = ['FROM ', 'RUN npm '].map((word) =>
    read('Dockerfile')
      .split('\n')
      .find((line) => line.startsWith(word)),
  );
  expect(image).toContain('-slim');
  expect(install).toContain(' --ignore-scripts ');
});

test('Kubernetes gives a stop the time that is left after preStop', () => {
  const text = read('kubernetes.yaml');
  const grace = Number(/terminationGracePeriodSeconds: (\d+)/.exec(text)?.[1]);
  const before = Number(/command: \['sleep', '(\d+)'\]/.exec(text)?.[1]);
  expect(before).toBeGreaterThan(1);
  expect(grace - before).toBeGreaterThan(11);
});

test('systemd gives a stop its time, and does not start again what is called wrongly', () => {
  expect(Number(unitSays('TimeoutStopSec'))).toBeGreaterThan(11);
  expect(unitSays('KillMode')).toBe('mixed');
  expect(unitSays('RestartPreventExitStatus')).toBe(`${exitCodes.usage} ${exitCodes.settings}`);
});

test('systemd starts what the commands of the page have installed, in the folder that it makes', () => {
  const page = blocksOf('docs/deploy.md').find(({ text }) => text.includes('systemctl'))!.text;
  const [node, script, command] = unitSays('ExecStart')!.split(' ');
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    bin: { gatehouse: string };
  };
  const folder = '/opt/gatehouse/node_modules/graphql-gatehouse';
  expect([node, script, command]).toEqual(['/usr/bin/node', join(folder, bin.gatehouse), 'serve']);
  expect(page).toContain('npm install --prefix /opt/gatehouse ');
  expect(page).toContain(`cp ${folder}/deploy/gatehouse.service `);
  expect(page).toContain(`--home-dir ${unitSays('WorkingDirectory')!} `);
  expect(page).toMatch(new RegExp(` ${unitSays('User')!}\n`));
  expect(unitSays('WorkingDirectory')).toBe(join('/var/lib', unitSays('StateDirectory')!));
  expect(page).toContain(unitSays('EnvironmentFile')!.replace(/^-/, ''));
});
