import { defineRouter } from '../shared/router.ts';

/** Every tag of this folder behind one URL. */
export default defineRouter(new URL('.', import.meta.url));
