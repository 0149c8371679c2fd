import { http } from '@google-cloud/functions-framework';

/** The floor: what functions-framework costs by itself. It answers our answer, as every sample does it, and looks at nothing. */
const { FUNCTION_TARGET = '', BENCH_ANSWER = '{}' } = process.env;
const answer = JSON.parse(BENCH_ANSWER);

http(FUNCTION_TARGET, (_request, response) => {
  response.json(answer);
});
