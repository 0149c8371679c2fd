import type { ConsoleEvent } from '../api.ts';
import { ROOT } from './state.ts';

/** What is told of the events: one of them, or of the connection that it is lost or there. */
type Told = ConsoleEvent | 'lost' | 'open';

/**
 * Listens to what the server has to say. One tab has the connection and tells the others: a browser opens at most six to a
 * host over HTTP/1.1 for all of its tabs, and each that listened by itself would keep one from the requests. When the tab that
 * listens is closed, its lock is free and the next one takes over.
 *
 * `lost` and `open` tell of the connection, which the browser opens again by itself. It opens, too, when another tab takes
 * over. What the server said before nobody has heard.
 */
export function listen(on: {
  readonly event: (event: ConsoleEvent) => void;
  readonly lost: () => void;
  readonly open: (wasLost: boolean) => void;
}): void {
  let isLost = false;
  function hear(told: Told): void {
    if (told === 'lost') {
      if (!isLost) on.lost();
      isLost = true;
    } else if (told === 'open') {
      on.open(isLost);
      isLost = false;
    } else on.event(told);
  }

  const others = new BroadcastChannel('console');
  others.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  function tell(told: Told): void {
    others.postMessage(told);
    hear(told);
  }

  void navigator.locks.request('console', () => {
    const source = new EventSource(`${ROOT}events`);
    source.onmessage = ({ data }) => tell(JSON.parse(data) as ConsoleEvent);
    source.onerror = () => tell('lost');
    source.onopen = () => tell('open');
    return new Promise(() => {}); // until the tab is closed
  });
}
