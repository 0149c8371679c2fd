import { type LoadResult, load } from './client.ts';

/** The load runs in a process of its own, so that it shares no thread with what the parent does. It works job after job. */
export interface Job {
  readonly port: number;
  readonly request: string;
  readonly connections: number;
  readonly duration: number;
}

export type JobResult = LoadResult | { readonly problem: string };

process.on('message', ({ port, request, connections, duration }: Job) => {
  load(port, Buffer.from(request, 'latin1'), connections, duration).then(
    (result) => process.send?.(result satisfies JobResult),
    (error: Error) => process.send?.({ problem: error.message } satisfies JobResult),
  );
});
