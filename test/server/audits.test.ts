import { expect, test } from '@jest/globals';
import { serverAudits, type AuditResult } from 'graphql-http';
import { start } from './testServer.js';

test('every audit of GraphQL over HTTP is met', async () => {
  const { url } = await start();
  const audits = serverAudits({
    url,
    fetchFn: (input: string, init: RequestInit = {}) =>
      fetch(input, {
        ...init,
        headers: { ...(init.headers as object), 'apollo-require-preflight': 'yes' },
      }),
  });
  const results: AuditResult[] = [];
  for (const audit of audits) results.push(await audit.fn());
  const failed = results.filter(({ status }) => status !== 'ok');
  expect(failed.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  const must = results.filter(({ name }) => name.startsWith('MUST'));
  const should = results.filter(({ name }) => name.startsWith('SHOULD'));
  const may = results.filter(({ name }) => name.startsWith('MAY'));
  expect([must.length, should.length, may.length]).toEqual([13, 23, 25]);
});
