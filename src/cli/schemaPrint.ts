import { print } from 'graphql';
import { federationSdl } from '../directives/federationSdl.js';
import type { Command } from './command.js';
import { exitCodes } from './exitCodes.js';
import { schemaFlag, schemaSource } from './schemaSource.js';

/** `gatehouse schema print`. Asks no server and opens no database. */
export const schemaPrint: Command = {
  name: 'schema print',
  summary: 'Print the type definitions of our API, or those of a file for a federation router.',
  positionals: [],
  flags: [
    schemaFlag,
    {
      name: 'federation',
      value: null,
      help: 'Print what Apollo Federation composes. Guards that it does not know, or not in that place, are left out; standard error says which.',
    },
  ],
  takes: () => false,
  run(call, io) {
    const { text, document } = schemaSource(call, io);
    if (call.isSet('federation')) {
      const federated = federationSdl(document);
      for (const sentence of federated.omitted) io.stderr(`${sentence}\n`);
      io.stdout(`${print(federated.document)}\n`);
    } else {
      io.stdout(text.endsWith('\n') ? text : `${text}\n`);
    }
    return Promise.resolve(exitCodes.done);
  },
};
