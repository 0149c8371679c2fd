import type { Issuer } from '../../../dev/issuer.ts';
import type { Authority } from './ca.ts';
import type { Data } from './call.ts';
import type { Operations } from './operations.ts';
import type { Policies } from './policies.ts';
import type { RunService } from './run-service.ts';

/** All that the fake knows: the state of one imagined Google Cloud. */

export interface World {
  readonly project: string;
  readonly number: string;
  readonly region: string;
  /** Resource name of the CX agent, and the number of its project, whose service agent calls the webhooks. */
  readonly agent: string;
  readonly agentNumber: string;
  /** Who deploys, and the access token that is theirs. */
  readonly account: string;
  readonly token: string;
  /** Everything that the fake writes; removed by `close`. */
  readonly folder: string;
  readonly authority: Authority;
  readonly issuer: Issuer;
  /** Signals that the fake closes. */
  readonly closing: AbortSignal;
  /** Project ids to numbers. */
  readonly projects: ReadonlyMap<string, string>;
  /** Enabled APIs: `run.googleapis.com`. */
  readonly enabled: Set<string>;
  /** Service accounts that exist, by address: Google's own are without a resource. */
  readonly accounts: Map<string, Data>;
  /** Access tokens that were given out for a service account, and its address. */
  readonly impersonated: Map<string, string>;
  readonly policies: Policies;
  readonly operations: Operations;
  /** v2 Function resources by id. */
  readonly functions: Map<string, Data>;
  readonly services: Map<string, RunService>;
  /** Secrets by id: their resource, and the versions from 1 on. */
  readonly secrets: Map<string, { readonly resource: Data; readonly versions: SecretVersion[] }>;
  /** CX webhooks and environments by resource name. */
  readonly webhooks: Map<string, Data>;
  readonly environments: Map<string, Data>;
  /** Uploaded archives: object name to path. */
  readonly uploads: Map<string, string>;
  readonly moods: Moods;
  /** Custom domains: host to function id. */
  readonly domains: ReadonlyMap<string, string>;
  /** Ports on 127.0.0.1 that answer as the Internet does: every host's 443 and 80. */
  ports: { readonly tls: number; readonly plain: number };
}

export interface SecretVersion {
  state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  readonly data: Buffer;
  readonly createTime: string;
}

/** How the cloud is feeling: all may be set at any time. */
export interface Moods {
  /** Milliseconds that the building and starting of a function takes at least; by function where that is set. */
  operation: number;
  readonly operationOf: Map<string, number>;
  /** Builds and health checks that are to fail: function id to how many more. */
  readonly builds: Map<string, number>;
  readonly healthChecks: Map<string, number>;
  /** What is unknown of Google: whether a failed update leaves the new labels and settings on the function. Default false. */
  failedUpdateKeepsNew: boolean;
  /** Webhooks that do not show in lists yet: display name to how many more. */
  readonly unlisted: Map<string, number>;
  /** Milliseconds until a change of an IAM policy takes effect. */
  propagation: number;
  /** Milliseconds that a new instance has to open its port. */
  startupTimeout: number;
}

/** Whether the count has more in it; takes one. */
export function takeOne(counts: Map<string, number>, id: string): boolean {
  const left = counts.get(id) ?? 0;
  counts.set(id, left - 1);
  return left > 0;
}

/** Addresses of the accounts that Google makes itself. */
export const dialogflowAgent = (number: string) => `service-${number}@gcp-sa-dialogflow.iam.gserviceaccount.com`;
export const computeAccount = (number: string) => `${number}-compute@developer.gserviceaccount.com`;
