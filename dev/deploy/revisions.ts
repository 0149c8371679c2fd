import { BEFORE_VARIABLE, CODE_VARIABLE } from './wanted.ts';

/** Which revision serves, and which one served before. */

export interface RawService {
  readonly status?: {
    readonly traffic?: readonly { readonly revisionName?: string; readonly percent?: number }[];
  };
}

export interface RawRevision {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly spec?: {
    readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The revision that gets most calls. */
export function servingRevision({ status }: RawService): string | undefined {
  return [...(status?.traffic ?? [])].sort((a, b) => (b.percent ?? 0) - (a.percent ?? 0))[0]?.revisionName;
}

/** The revision that served when this one was deployed; where it does not say, the newest ready one before it. */
export function previousRevision(serving: string, revisions: readonly RawRevision[]): string | undefined {
  // Cloud Run numbers them: name-00012-abc. Timestamps have seconds only.
  const inOrder = [...revisions].sort((a, b) => compare(keyOf(b), keyOf(a)));
  const at = inOrder.findIndex(({ metadata }) => metadata.name === serving);
  if (at < 0) return undefined;
  const before = variable(inOrder[at]!, BEFORE_VARIABLE);
  const earlier = inOrder.slice(at + 1).filter(isReady);
  return (earlier.find(({ metadata }) => metadata.name === before) ?? earlier[0])?.metadata.name;
}

const keyOf = ({ metadata }: RawRevision) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function isReady({ status }: RawRevision): boolean {
  // A revision without traffic may say nothing of itself, or be retired: it starts when it is called.
  return !status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False');
}

/** The code that a revision says it is. */
export function codeOf(revision: Pick<RawRevision, 'spec'>): string | null {
  return variable(revision, CODE_VARIABLE) ?? null;
}

function variable({ spec }: Pick<RawRevision, 'spec'>, wanted: string): string | undefined {
  return spec?.containers?.[0]?.env?.find(({ name }) => name === wanted)?.value;
}
