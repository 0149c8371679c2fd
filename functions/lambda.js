/**
 * The entry point on AWS Lambda: set its handler to `functions/lambda.handler`. Serves the one function that
 * FUNCTION_TARGET names, behind a function URL or an HTTP API of API Gateway.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { createLambdaHandler } = await import('../shared/host/lambda.ts');
const { loadFunction } = await import('../shared/discover.ts');
const { ConfigError } = await import('../shared/errors.ts');

export const handler = await createHandler();

async function createHandler() {
  const target = process.env.FUNCTION_TARGET;
  try {
    if (!target) throw new ConfigError('Say which function to serve: set FUNCTION_TARGET.');
    return await createLambdaHandler(target, await loadFunction(new URL('.', import.meta.url), target));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
