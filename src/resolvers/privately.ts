interface CacheControl {
  setCacheHint?(hint: { scope: 'PRIVATE' }): void;
}

/**
 * Tells Apollo Server's cache control that what an open field answers is for the viewer alone. Of guarded fields its
 * plugin knows that.
 */
export const privately = (info: object | undefined): void =>
  (info as { cacheControl?: CacheControl } | undefined)?.cacheControl?.setCacheHint?.({
    scope: 'PRIVATE',
  });
