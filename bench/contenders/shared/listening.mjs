/** Tells whoever has started this contender where it is. */
export const listening = (port) => console.log(`Listening on http://127.0.0.1:${port}/graphql`);
