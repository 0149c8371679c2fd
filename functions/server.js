/**
 * The entry point in a container: a plain server at PORT (default 8080). Serves the one function that FUNCTION_TARGET
 * names, or `router`, which answers every tag.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();

// In a function, because a bundle is CommonJS and cannot wait at its top.
async function start() {
  const { createContainerServer } = await import('../shared/host/container.ts');
  const { createEnvironmentService } = await import('../shared/host/environment.ts');
  const { loadFunction } = await import('../shared/discover.ts');
  const { ConfigError } = await import('../shared/errors.ts');
  const target = process.env.FUNCTION_TARGET || 'router';
  const port = Number(process.env.PORT || 8080);
  /** @param {unknown} error */
  function fail(error) {
    const isForeseen = error instanceof ConfigError || (error instanceof Error && 'syscall' in error);
    if (!isForeseen) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }

  try {
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new ConfigError('Set PORT to a number up to 65535.');
    // Whoever reaches this process could write what only Cloud Run may.
    if (process.env.WEBHOOK_AUTH?.trim() === 'iam' && !process.env.K_SERVICE) {
      throw new ConfigError(
        'Leave WEBHOOK_AUTH=iam to Cloud Run: in front of this container nobody verifies its tokens.',
      );
    }
    const { serve } = createEnvironmentService(target, await loadFunction(new URL('.', import.meta.url), target));
    const { server, drain } = createContainerServer(serve);
    server.on('error', fail);
    server.listen(port, () => {
      const address = server.address();
      const at = typeof address === 'object' ? address?.port : port; // PORT=0 takes any that is free
      process.stdout.write(`${target} listens on port ${at}.\n`);
    });
    for (const signal of ['SIGTERM', 'SIGINT']) {
      process.once(signal, async () => process.exit((await drain()) > 0 ? 1 : 0));
    }
  } catch (error) {
    fail(error);
  }
}

void start();
