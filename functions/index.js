/**
 * The entry point on Google Cloud Functions and under the functions-framework CLI: serves the one function that is wanted.
 * Plain JavaScript, because the buildpack checks this file with `node --check`, which does not strip types.
 */
import { enableCompileCache } from 'node:module';
import { http } from '@google-cloud/functions-framework';

// Compiled code is kept between starts, so that types are stripped once and not at every start.
enableCompileCache();

const { serveFunction, stopAtConfigError, wantedFunction } = await import('../shared/host/functions-framework.ts');
const { loadFunction } = await import('../shared/discover.ts');

try {
  const name = wantedFunction();
  serveFunction(http, name, await loadFunction(new URL('.', import.meta.url), name));
} catch (error) {
  stopAtConfigError(error);
}
