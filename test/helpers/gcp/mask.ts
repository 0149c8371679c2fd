import { type Data, invalid } from './call.ts';

/**
 * A copy of `existing` with the fields of the mask as they are in `body`: a field that `body` has not is deleted. Paths come
 * as gcloud writes them (`service_config.timeout_seconds`) or as JSON does (`serviceConfig.timeoutSeconds`).
 */
export function applyMask(existing: Data, body: Data, mask: string): Data {
  const result = structuredClone(existing);
  for (const path of mask.split(',')) {
    const names = path.split('.').map((name) => name.replaceAll(/_([a-z])/g, (_all, letter) => letter.toUpperCase()));
    const last = names.pop();
    if (!last) throw invalid(`Invalid field mask "${mask}"`);
    let to = result;
    let from = body;
    for (const name of names) {
      to[name] ??= {};
      to = to[name];
      from = from?.[name];
    }
    if (from?.[last] === undefined) delete to[last];
    else to[last] = from[last];
  }
  return result;
}
