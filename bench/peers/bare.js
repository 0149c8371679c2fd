import { http } from '@google-cloud/functions-framework';

/** The floor: what functions-framework costs by itself. It answers the bytes of our answer, and looks at nothing. */
const { FUNCTION_TARGET = '', BENCH_ANSWER = '' } = process.env;

http(FUNCTION_TARGET, (_request, response) => {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(BENCH_ANSWER);
});
