export const root: string;
/** The folder of the package as JavaScript. */
export const mirror: string;
export function mirrored(file: string | URL): string;
