/** What a profile says, summed by group and by function. Values are microseconds or bytes. */
import { readFileSync } from 'node:fs';
import { groupOf, placeOf } from './groups.mjs';

/** A tree of calls with what each spent itself, of a `.cpuprofile` or a `.heapprofile`. */
function readTree(file) {
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  return 'head' in profile ? heapTree(profile.head) : cpuTree(profile);
}

function cpuTree({ nodes, samples, timeDeltas }) {
  const self = new Map();
  samples.forEach((id, index) => self.set(id, (self.get(id) ?? 0) + timeDeltas[index]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const treeOf = (node) => ({
    callFrame: node.callFrame,
    self: self.get(node.id) ?? 0,
    children: (node.children ?? []).map((id) => treeOf(byId.get(id))),
  });
  return treeOf(nodes[0]);
}

const heapTree = ({ callFrame, selfSize, children }) => ({
  callFrame,
  self: selfSize,
  children: children.map(heapTree),
});

export const profileSums = (file) => sums(readTree(file));

/** The paths, up to eight callers long, by which functions of that name were reached; what they spent themselves. */
export function callPaths(file, name) {
  const found = new Map();
  const root = readTree(file);
  const walk = (node, callers) => {
    const place = placeOf(node.callFrame, []);
    if (node.callFrame.functionName === name && node.self > 0) {
      const path = [place, ...callers.slice(0, 8)].join('\n');
      found.set(path, (found.get(path) ?? 0) + node.self);
    }
    for (const child of node.children) walk(child, [place, ...callers]);
  };
  walk(root, []);
  return {
    total: sums(root).total,
    paths: sorted(found).map(([path, value]) => [path.split('\n'), value]),
  };
}

function sums(root) {
  const groups = new Map();
  const places = new Map();
  let total = 0;
  const add = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value);
  const walk = (node, callers) => {
    const group = groupOf(node.callFrame, callers);
    const place = placeOf(node.callFrame, callers);
    if (group !== null && node.self > 0) {
      total += node.self;
      add(groups, group, node.self);
      add(places, place, node.self);
    }
    const isRoot = node.callFrame.functionName === '(root)';
    // A native function is not the caller of what it calls back.
    const next = isRoot || node.callFrame.url === '' ? callers : [...callers, { group, place }];
    for (const child of node.children) walk(child, next);
  };
  walk(root, []);
  return { total, groups: sorted(groups), places: sorted(places) };
}

const sorted = (map) => [...map].sort(([, a], [, b]) => b - a);
