import type { FlowMap } from '../../api.ts';
import { type Layout, layOut } from './layout.ts';

/** The worker's script: the bundler puts it beside the page's own. */
const SCRIPT = './layout-worker.js';

/**
 * Lays a map out in a worker, so that the page stays usable meanwhile; where there can be none, here. `signal` ends it:
 * then it never resolves.
 */
export function layOutAside(map: FlowMap, signal: AbortSignal): Promise<Layout> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL(SCRIPT, import.meta.url), { type: 'module' });
    signal.addEventListener('abort', () => worker.terminate());
    worker.onmessage = ({ data }: MessageEvent<Layout>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      if (!signal.aborted) resolve(layOut(map));
    };
    worker.postMessage({ map });
  });
}
