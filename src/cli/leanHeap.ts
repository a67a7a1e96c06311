import { setFlagsFromString } from 'node:v8';

/** Tells V8 how a server uses its heap. Only heuristics: they may be changed while it runs. */
export function leanHeap(): void {
  // When many connections come at once, V8 sees that all event emitters live on, and from then on makes the table of
  // listeners of each, also of each request, among the objects that live long. Whatever hangs on a request then waits
  // for a full collection: twice the memory, and a fifth of the processor. Told not to guess, it does not.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // A full collection when the heap is twice as large as what was alive at the last one; V8 itself may wait until it is
  // four times as large, which in a container is memory that nobody else has.
  setFlagsFromString('--heap-growing-percent=100');
}
