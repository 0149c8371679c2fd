/** The folders of this project that the tools use, wherever they are started from. Each ends in a slash. */
export const ROOT = new URL('../../', import.meta.url);

/** One file per function. */
export const FUNCTIONS = new URL('functions/', ROOT);

/** Keys and settings of this machine; git ignores it. */
export const LOCAL = new URL('.local/', ROOT);

/** Compiled code, kept between starts; safe to delete. */
export const CACHE = new URL('node_modules/.cache/cx/', ROOT);
