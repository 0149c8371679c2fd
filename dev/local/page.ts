import type { HttpAnswer } from '../../shared/http.ts';
import { tryIt } from './examples.ts';
import { answersOf, type LocalFunction } from './load.ts';

/** What `GET /` answers: what runs here, and how to try it. */
export function frontPage(functions: readonly LocalFunction[], port: number): HttpAnswer {
  const body = [
    'Dialogflow CX webhooks, on this machine. Each takes calls with a token of the local issuer.',
    ...functions.map(({ name, webhook }) =>
      webhook
        ? `POST /${name}\n  answers ${answersOf(name, webhook)}\n  try     ${tryIt(name, port)}`
        : `POST /${name}\n  does not load: the terminal of "npm start" says why`,
    ),
  ].join('\n\n');
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: `${body}\n`,
  };
}
