import type { FlowMap } from '../../api.ts';
import { layOut } from './layout.ts';

/** Lays a map out beside the page: `{ map }` comes, its layout goes. */
addEventListener('message', ({ data }: MessageEvent<{ readonly map: FlowMap }>) => postMessage(layOut(data.map)));
