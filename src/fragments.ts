import { Kind, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { createAttachments } from './attachments.js';

/** By name, as graphql-js shows them to resolvers. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

const known = createAttachments<DocumentNode, Fragments>();

/**
 * The fragments of a document; of several with one name the last, as the specified rules do. Collected once for each
 * document.
 */
export function fragmentsOf(document: DocumentNode): Fragments {
  let fragments = known.get(document);
  if (fragments === undefined) {
    fragments = collect(document);
    known.set(document, fragments);
  }
  return fragments;
}

function collect({ definitions }: DocumentNode): Fragments {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
