import { type Data, invalid, Refusal } from './call.ts';

/** IAM policies of whatever has one, with etags: who reads and writes back a policy that has changed meanwhile gets a 409. */

export interface Policy {
  readonly version?: number;
  readonly bindings?: readonly Binding[];
  readonly etag: string;
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

/** The etag of a policy that nobody has set, at Google too. */
const UNSET = 'ACAB';

export interface Policies {
  /** Resources that have a policy, by full name. */
  readonly all: ReadonlyMap<string, Policy>;
  get(resource: string): Policy;
  /** As `setIamPolicy`: throws a 409 where the etag is of another version. */
  set(resource: string, policy: Data): Policy;
  delete(resource: string): void;
  /** Whether one of these members has one of these roles, as far as that has got around. */
  allows(resource: string, roles: readonly string[], members: readonly string[]): boolean;
  /** By hand, as somebody in the console: */
  grant(resource: string, role: string, member: string): void;
  revoke(resource: string, role: string, member: string): void;
}

/**
 * @param exists Whether there is a service account of this address: Google takes no binding for one that there is not.
 * @param propagation Milliseconds until a change takes effect.
 */
export function keepPolicies(exists: (email: string) => boolean, propagation: () => number): Policies {
  const all = new Map<string, Policy>();
  const history = new Map<string, { readonly at: number; readonly policy: Policy }[]>();
  let version = 0;

  const get = (resource: string): Policy => all.get(resource) ?? { etag: UNSET };

  function set(resource: string, policy: Data): Policy {
    const current = get(resource);
    // gcloud sends the bytes back in the URL-safe alphabet.
    if (policy.etag && !Buffer.from(policy.etag, 'base64').equals(Buffer.from(current.etag, 'base64'))) {
      throw new Refusal(
        409,
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. ' +
          `The request's ETag '${policy.etag}' did not match the current policy's ETag '${current.etag}'.`,
      );
    }
    const bindings: Binding[] = (policy.bindings ?? []).filter(({ members = [] }: Data) => members.length > 0);
    for (const member of bindings.flatMap(({ members }) => members)) {
      const [kind, email = ''] = member.split(/:(.*)/);
      if (kind === 'serviceAccount' && !exists(email)) throw invalid(`Service account ${email} does not exist.`);
      const known = /^(user|group|domain|serviceAccount|principal|principalSet|deleted):.+$|^all(Authenticated)?Users$/;
      if (!known.test(member)) throw invalid(`Invalid member: ${member}`);
    }
    return write(resource, bindings);
  }

  function write(resource: string, bindings: readonly Binding[]): Policy {
    version += 1;
    const etag = Buffer.from(`\x07\xfb\xef${String(version).padStart(5, '0')}`, 'latin1').toString('base64');
    const policy = { version: 1, ...(bindings.length > 0 && { bindings }), etag };
    const seen = history.get(resource) ?? [];
    history.set(resource, [...seen, { at: Date.now(), policy }]);
    all.set(resource, policy);
    return policy;
  }

  function allows(resource: string, roles: readonly string[], members: readonly string[]): boolean {
    const effective = history.get(resource)?.findLast(({ at }) => at + propagation() <= Date.now())?.policy;
    return (effective?.bindings ?? []).some(
      (binding) => roles.includes(binding.role) && binding.members.some((member) => members.includes(member)),
    );
  }

  function without(resource: string, role: string, member: string): Binding[] {
    return (get(resource).bindings ?? []).map((binding) =>
      binding.role === role ? { role, members: binding.members.filter((each) => each !== member) } : binding,
    );
  }

  return {
    all,
    get,
    set,
    allows,
    delete(resource) {
      all.delete(resource);
      history.delete(resource);
    },
    grant(resource, role, member) {
      set(resource, { bindings: [...without(resource, role, member), { role, members: [member] }] });
    },
    revoke(resource, role, member) {
      set(resource, { bindings: without(resource, role, member) });
    },
  };
}
