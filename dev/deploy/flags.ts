import { BEFORE_VARIABLE, LABELS, type Settings, type Wanted } from './wanted.ts';

/** The arguments of `gcloud functions deploy NAME`: every managed flag each time, because one that is left out stays set. */

export interface Place {
  readonly project: string;
  readonly region: string;
  /** The folder with the function's bundle. */
  readonly source: string;
  readonly release: string;
  /** The revision that serves now; none before the first deployment. */
  readonly before?: string | undefined;
}

export function flagsOf({ settings, labels }: Wanted, place: Place, creating: boolean): readonly string[] {
  const { project, region, source, release, before } = place;
  return [
    '--gen2',
    `--project=${project}`,
    `--region=${region}`,
    `--source=${source}`,
    '--trigger-http',
    `--runtime=${settings.runtime}`,
    `--entry-point=${settings.entryPoint}`,
    `--memory=${settings.memory}`,
    `--cpu=${settings.cpu}`,
    `--concurrency=${settings.concurrency}`,
    `--timeout=${settings.timeoutSeconds}s`,
    `--min-instances=${settings.minInstances}`,
    `--max-instances=${settings.maxInstances}`,
    `--service-account=${settings.serviceAccount}`,
    `--ingress-settings=${settings.ingress}`,
    `--set-env-vars=${pairs({ ...settings.env, ...(before && { [BEFORE_VARIABLE]: before }) })}`,
    secretsFlag(settings),
    `--update-labels=${pairs({ ...labels, [LABELS.release]: release })}`,
    // After a rollback the newest revision would not take the calls otherwise.
    '--serve-all-traffic-latest-revision',
    // Who may call is settled by the script. On an existing function this flag costs two more requests that may fail.
    ...(creating ? ['--no-allow-unauthenticated'] : []),
    '--quiet',
  ];
}

function secretsFlag({ secrets }: Settings): string {
  return Object.keys(secrets).length > 0 ? `--set-secrets=${pairs(secrets)}` : '--clear-secrets';
}

/** `A=1,B=2`, with another delimiter where a value has a comma (`gcloud topic escaping`). */
function pairs(values: { readonly [name: string]: string }): string {
  const entries = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  if (!entries.some((entry) => entry.includes(','))) return entries.join(',');
  const delimiter = ['|', '#', ';', '~', '@@', '%%', '::@::'].find(
    (each) => !entries.some((entry) => entry.includes(each)),
  )!;
  return `^${delimiter}^${entries.join(delimiter)}`;
}
