import { setTimeout as sleep } from 'node:timers/promises';
import { type Data, Refusal } from './call.ts';

/** Long-running operations, as those of Cloud Functions: they go on by the clock, whoever asks. */

export interface Operation {
  readonly name: string;
  readonly target: string;
  /** What polls are answered. */
  answer(): Data;
  readonly done: boolean;
}

export interface Operations {
  readonly all: ReadonlyMap<string, Operation>;
  /** Starts one: `work` returns the response, or throws the `Refusal` that the operation ends with. */
  start(parent: string, type: string, target: string, work: (stage: EnterStage) => Promise<Data>): Operation;
  /** Whether one is under way for this resource. */
  busy(target: string): boolean;
  /** The most that were ever under way at a time. */
  readonly peak: number;
}

/** Goes on to a stage. */
export type EnterStage = (name: 'BUILD' | 'SERVICE') => void;

/** google.rpc.Code numbers, by their names. */
const CODES: { readonly [status: string]: number } = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  INTERNAL: 13,
};

export function keepOperations(): Operations {
  const all = new Map<string, Operation>();
  let peak = 0;

  function start(parent: string, type: string, target: string, work: (stage: EnterStage) => Promise<Data>): Operation {
    const name = `${parent}/operations/operation-${Date.now()}-${all.size}`;
    const createTime = new Date().toISOString();
    const stages: Data[] = ['BUILD', 'SERVICE'].map((stage) => ({ name: stage, state: 'NOT_STARTED' }));
    let result: Data;
    const enter: EnterStage = (stage) => {
      for (const each of stages) {
        if (each.name === stage) each.state = 'IN_PROGRESS';
        else if (each.state === 'IN_PROGRESS') each.state = 'COMPLETE';
      }
    };
    const operation: Operation = {
      name,
      target,
      get done() {
        return result !== undefined;
      },
      answer: () => ({
        name,
        metadata: {
          '@type': 'type.googleapis.com/google.cloud.functions.v2.OperationMetadata',
          createTime,
          target,
          verb: { CREATE_FUNCTION: 'create', UPDATE_FUNCTION: 'update', DELETE_FUNCTION: 'delete' }[type],
          cancelRequested: false,
          apiVersion: 'v2',
          operationType: type,
          ...(type !== 'DELETE_FUNCTION' && { stages: structuredClone(stages) }),
        },
        done: result !== undefined,
        ...result,
      }),
    };
    all.set(name, operation);
    peak = Math.max(peak, [...all.values()].filter(({ done }) => !done).length);
    work(enter).then(
      (response) => {
        for (const each of stages) each.state = 'COMPLETE';
        result = { response };
      },
      (error: unknown) => {
        const { status, message } = error instanceof Refusal ? error : new Refusal(500, String(error));
        for (const each of stages) if (each.state === 'IN_PROGRESS') each.state = 'COMPLETE';
        result = { error: { code: CODES[status] ?? 13, message } };
      },
    );
    return operation;
  }

  return {
    all,
    start,
    get peak() {
      return peak;
    },
    busy: (target) => [...all.values()].some((each) => each.target === target && !each.done),
  };
}

/** Waits, but not for long once the fake closes. */
export async function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: closing }).catch(() => {});
}
