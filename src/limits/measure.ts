import {
  Kind,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../fragments.js';
import { inputDepth } from './inputDepth.js';

/** What a piece of a document amounts to with its fragments spread. */
export interface Size {
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  spreads: number;
  /** Levels of lists and objects in literals, and of lists in the types of variables. */
  inputDepth: number;
}

/** Nested fragments double with every level: the sums stop here, far above any limit. */
const CEILING = 1e9;

/**
 * The worst of each measure over all operations and all fragments of a document: which operation will run is not
 * known yet, and validation visits them all. Linear in the document: each fragment is measured once.
 */
export function measureDocument(document: DocumentNode, fragments: Fragments): Size {
  const known = new Map<string, Size>();
  const worst = nothing();

  function ofFragment(name: string): Size {
    const ready = known.get(name);
    if (ready !== undefined) return ready;
    const fragment = fragments[name];
    // While it is being measured a fragment counts nothing: validation tells of the cycle.
    known.set(name, nothing());
    if (fragment === undefined) return nothing();
    const size = ofSet(fragment.selectionSet);
    addDirectives(size, fragment);
    known.set(name, size);
    return size;
  }

  function ofSet(set: SelectionSetNode): Size {
    const size = nothing();
    for (const selection of set.selections) addSelection(size, selection);
    return size;
  }

  function addSelection(size: Size, node: SelectionNode): void {
    addDirectives(size, node);
    if (node.kind === Kind.FIELD) {
      size.inputDepth = Math.max(size.inputDepth, inputDepth(node.arguments));
      const inner = node.selectionSet === undefined ? nothing() : ofSet(node.selectionSet);
      inner.depth += 1;
      inner.rootFields = 1;
      inner.aliases += node.alias === undefined ? 0 : 1;
      add(size, inner);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      add(size, ofSet(node.selectionSet));
    } else {
      size.spreads += 1;
      add(size, ofFragment(node.name.value));
    }
  }

  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      // A fragment is no operation: its fields stand at the root only where one spreads it there.
      keepWorst(worst, { ...ofFragment(node.name.value), rootFields: 0 });
    } else if (node.kind === Kind.OPERATION_DEFINITION) {
      const size = ofSet(node.selectionSet);
      addVariables(size, node);
      keepWorst(worst, size);
    }
  }
  return worst;
}

const nothing = (): Size => ({
  depth: 0,
  aliases: 0,
  rootFields: 0,
  directives: 0,
  spreads: 0,
  inputDepth: 0,
});

const sum = (a: number, b: number): number => Math.min(a + b, CEILING);

function addDirectives(
  size: Size,
  { directives = [] }: Pick<OperationDefinitionNode, 'directives'>,
): void {
  size.directives = sum(size.directives, directives.length);
  for (const directive of directives) {
    size.inputDepth = Math.max(size.inputDepth, inputDepth(directive.arguments));
  }
}

function addVariables(size: Size, node: OperationDefinitionNode): void {
  addDirectives(size, node);
  for (const variable of node.variableDefinitions ?? []) {
    addDirectives(size, variable);
    const { type, defaultValue } = variable;
    const depth = inputDepth(defaultValue === undefined ? [type] : [type, defaultValue]);
    size.inputDepth = Math.max(size.inputDepth, depth);
  }
}

function add(size: Size, inner: Size): void {
  size.inputDepth = Math.max(size.inputDepth, inner.inputDepth);
  size.depth = Math.max(size.depth, inner.depth);
  size.aliases = sum(size.aliases, inner.aliases);
  size.rootFields = sum(size.rootFields, inner.rootFields);
  size.directives = sum(size.directives, inner.directives);
  size.spreads = sum(size.spreads, inner.spreads);
}

function keepWorst(worst: Size, size: Size): void {
  for (const key of Object.keys(worst) as (keyof Size)[]) {
    worst[key] = Math.max(worst[key], size[key]);
  }
}
