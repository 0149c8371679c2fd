/**
 * The entry point on Google Cloud Functions and under the functions-framework CLI: serves the one function that is wanted.
 * Plain JavaScript, because the buildpack checks this file with `node --check`, which does not strip types.
 */
import { subscribe } from 'node:diagnostics_channel';
import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { http } from '@google-cloud/functions-framework';

// Compiled code is kept between starts, so that types are stripped once and not at every start.
enableCompileCache();
// Outside of production, Express answers a body that it cannot parse with a stack trace.
process.env.NODE_ENV ??= 'production';

const { createHttpFunction, keepBodyUnparsed } = await import('../shared/host.ts');
const { loadFunction } = await import('../shared/discover.ts');
const { ConfigError } = await import('../shared/errors.ts');

// The CLI takes the name from either; Google Cloud sets the variable.
const { values } = parseArgs({ options: { target: { type: 'string' } }, strict: false });
const target = String(values.target ?? process.env.FUNCTION_TARGET ?? '');
try {
  if (!target) throw new ConfigError('Say which function to serve: set FUNCTION_TARGET or give --target.');
  // @ts-expect-error the channel's messages are typed as unknown
  subscribe('http.server.request.start', ({ request }) => keepBodyUnparsed(request));
  http(target, createHttpFunction(target, await loadFunction(new URL('.', import.meta.url), target)));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
