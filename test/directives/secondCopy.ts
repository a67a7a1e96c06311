/** A schema that another copy of graphql-js has made: what Node loads as a module is none of what it requires. */
import type * as Graphql from 'graphql';
import { createGuards } from '../../src/directives/guard.js';
import { guardTypeDefs } from '../../src/directives/directives.js';

const path: string = 'graphql/index.mjs';
const { buildSchema } = (await import(path)) as typeof Graphql;
const schema = buildSchema(`${guardTypeDefs} type Query { me: String @authenticated }`);
try {
  createGuards().guard(schema);
  console.log('guarded');
} catch (error) {
  console.log((error as Error).message);
}
