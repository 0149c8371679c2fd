/** What a function throws, as `{ name, code, message }`, to be compared as a whole. */
export function thrown(run: () => unknown): { name: string; code: unknown; message: string } {
  try {
    run();
  } catch (error) {
    return described(error);
  }
  throw new Error('Nothing was thrown.');
}

/** What a promise rejects with, likewise. */
export async function rejected(promise: Promise<unknown>): Promise<{ name: string; code: unknown; message: string }> {
  try {
    await promise;
  } catch (error) {
    return described(error);
  }
  throw new Error('Nothing was thrown.');
}

function described(error: unknown): { name: string; code: unknown; message: string } {
  if (!(error instanceof Error)) throw new Error(`Something else than an Error was thrown: ${String(error)}`);
  return { name: error.name, code: 'code' in error ? error.code : undefined, message: error.message };
}
