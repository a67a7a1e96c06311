import {
  Kind,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../fragments.js';

/** Where a selection set stands when fragments are spread. */
interface Place {
  readonly set: SelectionSetNode;
  /** Inline fragments around it in the same selection: each repeats the comparisons below it. */
  readonly inline: number;
  readonly within: Spread | null;
}

interface Spread {
  readonly name: string;
  readonly outer: Spread | null;
}

/** All that one response path selects. */
interface Group {
  count: number;
  weight: number;
  readonly places: Place[];
}

export interface MergeWork {
  /** Whether the estimate ran over the budget, and so broke off. */
  readonly over: boolean;
  /** The most fields that share one response path, as far as was counted. */
  readonly repeats: number;
  /** Fragment spreads met. */
  readonly spreads: number;
}

/**
 * An upper estimate of what the validation rule "Field Selection Merging" (GraphQL spec §5.3.2) costs: it compares
 * every two fields with one response path, so a few thousand repeated fields block the event loop for seconds.
 * Costs at most `budget` steps itself, however often fragments spread each other.
 */
export function estimateMergeWork(
  document: DocumentNode,
  fragments: Fragments,
  budget: number,
): MergeWork {
  const seen = { left: budget, repeats: 0, spreads: 0 };
  for (const node of document.definitions) {
    // The rule visits fragments on their own too, used or not.
    if (node.kind === Kind.OPERATION_DEFINITION || node.kind === Kind.FRAGMENT_DEFINITION) {
      const queue: Place[][] = [[{ set: node.selectionSet, inline: 0, within: null }]];
      for (let next = queue.pop(); next !== undefined && seen.left >= 0; next = queue.pop()) {
        for (const group of groupsOf(next, fragments, seen)) {
          // Comparing two fields prints the arguments of both.
          seen.left -= (group.count - 1) * group.weight;
          seen.repeats = Math.max(seen.repeats, group.count);
          if (group.places.length > 0) queue.push(group.places);
        }
      }
    }
  }
  return { over: seen.left < 0, repeats: seen.repeats, spreads: seen.spreads };
}

function groupsOf(
  places: readonly Place[],
  fragments: Fragments,
  seen: { left: number; spreads: number },
): Iterable<Group> {
  const groups = new Map<string, Group>();
  const open = [...places];
  let spreads = 0;
  for (let place = open.pop(); place !== undefined && seen.left >= 0; place = open.pop()) {
    const { inline, within } = place;
    for (const node of place.set.selections) {
      seen.left -= 1 + inline;
      if (seen.left < 0) break;
      if (node.kind === Kind.FIELD) addField(groups, node, place, seen);
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        open.push({ set: node.selectionSet, inline: inline + 1, within });
      } else {
        const fragment = fragments[node.name.value];
        // Every spread of one place is compared with every other.
        seen.left -= spreads;
        spreads += 1;
        seen.spreads += 1;
        if (fragment !== undefined && !isWithin(within, node.name.value)) {
          const inner: Spread = { name: node.name.value, outer: within };
          open.push({ set: fragment.selectionSet, inline, within: inner });
        }
      }
    }
  }
  return groups.values();
}

function addField(
  groups: Map<string, Group>,
  node: FieldNode,
  { inline, within }: Place,
  seen: { left: number },
): void {
  const key = node.alias?.value ?? node.name.value;
  const weight = 1 + countValues(node.arguments ?? []);
  seen.left -= weight;
  let group = groups.get(key);
  if (group === undefined) groups.set(key, (group = { count: 0, weight: 0, places: [] }));
  group.count += 1;
  group.weight += weight * (1 + inline);
  if (node.selectionSet !== undefined) {
    group.places.push({ set: node.selectionSet, inline: 0, within });
  }
}

function countValues(nodes: readonly ASTNode[]): number {
  let count = 0;
  const open = [...nodes];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    count += 1;
    if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) open.push(node.value);
    else if (node.kind === Kind.LIST) open.push(...node.values);
    else if (node.kind === Kind.OBJECT) open.push(...node.fields);
  }
  return count;
}

function isWithin(spread: Spread | null, name: string): boolean {
  for (let at = spread; at !== null; at = at.outer) if (at.name === name) return true;
  return false;
}
