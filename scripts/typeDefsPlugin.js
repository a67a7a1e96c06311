// A codegen plugin: schema.graphql as a string constant, so that the package needs no file at run time.
import { readFileSync } from 'node:fs';

export function plugin() {
  const sdl = readFileSync('schema.graphql', 'utf8');
  return `/** schema.graphql, as a string. */\nexport const typeDefs = ${JSON.stringify(sdl)};\n`;
}
