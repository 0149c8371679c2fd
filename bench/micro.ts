import fallback from '../functions/fallback.ts';
import { createVerifier, readAuthSettings } from '../shared/auth.ts';
import { createLog } from '../shared/log.ts';
import { parseRequest } from '../shared/request.ts';
import { encodeAnswer } from '../shared/response/encode.ts';
import { formatReply } from '../shared/response.ts';
import { readTrace } from '../shared/serve/trace.ts';
import { createService } from '../shared/serve.ts';
import { figureOf, showFigure, showTable } from './figures.ts';
import { FUNCTION, type World } from './world.ts';

/** How much is measured: so many batches of each part, each of so many calls. */
export interface MicroPlan {
  readonly batches: number;
  readonly calls: number;
}

/** Microseconds per call of what one call is made of, in one process, without any HTTP. */
export async function measureMicro(
  world: World,
  { batches, calls }: MicroPlan,
  say: (progress: string) => void,
): Promise<string> {
  const headers = {
    authorization: `Bearer ${world.token}`,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
  const { verify } = createVerifier(readAuthSettings(world.environment), {
    fetchCertificates: async () => ({ body: JSON.stringify(world.certificates) }),
  });
  await verify(headers);

  const log = createLog('bench', { write: () => true });
  const call = { method: 'POST', url: '/', headers, body: world.body };
  const serve = createService({ name: FUNCTION, webhook: fallback, verify, log });
  const json: unknown = JSON.parse(world.body.toString());
  const turn = parseRequest(json);
  const trace = readTrace(headers);
  const reply = { say: ['Hello', 'What can I do for you?'], session: { greeted: true } };
  let tokens: readonly string[] = [];
  const fields = { function: FUNCTION, tag: FUNCTION, turn: turn.id, outcome: 'ok', status: 200, milliseconds: 1 };

  const parts: readonly Part[] = [
    { name: 'a whole call, its token remembered', calls, run: () => serve(call) },
    { name: '- token remembered', calls, run: () => verify(headers) },
    { name: '- JSON.parse', calls, run: () => JSON.parse(world.body.toString()) },
    { name: '- parseRequest', calls, run: () => parseRequest(json) },
    { name: '- formatReply and encodeAnswer', calls, run: () => encodeAnswer(formatReply(reply, turn)) },
    { name: '- one log line', calls, run: () => log('INFO', 'fallback ok', fields, trace) },
    {
      name: 'a token never seen before',
      calls: NEW_TOKENS,
      prepare: () => {
        tokens = Array.from({ length: NEW_TOKENS }, world.newToken);
      },
      run: (i) => verify({ authorization: `Bearer ${tokens[i]}` }),
    },
  ];

  const times = parts.map((): number[] => []);
  for (let batch = -WARM_UP; batch < batches; batch++) {
    if (batch % 10 === 0) say(`micro: batch ${batch} of ${batches}`);
    for (const [i, part] of parts.entries()) {
      const time = await timeBatch(part);
      if (batch >= 0) times[i]!.push(time);
    }
  }
  const rows = parts.map(({ name }, i) => [name, showFigure(figureOf(times[i]!), 1)]);
  return ['MICRO  one process, no HTTP, a log that goes nowhere', showTable([['', 'µs'], ...rows])].join('\n');
}

/** Batches that do not count: the code is being compiled. */
const WARM_UP = 5;

/** Tokens per batch: each takes the issuer a millisecond. */
const NEW_TOKENS = 20;

interface Part {
  readonly name: string;
  /** Calls per batch. */
  readonly calls: number;
  /** What a batch needs, and is not measured. */
  readonly prepare?: () => void;
  readonly run: (i: number) => unknown;
}

/** Microseconds per call. */
async function timeBatch({ calls, prepare, run }: Part): Promise<number> {
  prepare?.();
  const started = performance.now();
  for (let i = 0; i < calls; i++) {
    const done = run(i);
    // Only what comes later is waited for, as in the pipeline itself.
    if (done instanceof Promise) await done;
  }
  return ((performance.now() - started) / calls) * 1000;
}
