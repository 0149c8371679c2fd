import { WebhookError } from '../errors.ts';
import { formatAgentName } from '../request/resource-name.ts';
import type { Turn } from '../request.ts';
import { DEFAULT_START_FLOW } from '../wire.ts';

const FLOW_NAME = /^projects\/[^/\s]+\/locations\/[^/\s]+\/agents\/[^/\s]+\/flows\/[^/\s]+$/;
const PAGE_NAME = /^projects\/[^/\s]+\/locations\/[^/\s]+\/agents\/[^/\s]+\/flows\/[^/\s]+\/pages\/[^/\s]+$/;
/** Ids are UUIDs where the console made them; whoever creates by API may choose. Symbolic pages have this form too. */
const ID = /^[A-Za-z0-9_-]+$/;

/**
 * The resource name of a page: a full name as it is; an id or a symbolic page in the flow that the turn is in. A turn
 * that names an agent but no page began in its Default Start Flow.
 */
export function resolvePage(page: string, turn: Turn): string {
  if (typeof page === 'string' && PAGE_NAME.test(page)) return page;
  if (typeof page !== 'string' || !ID.test(page)) {
    throw new WebhookError(
      'invalid-reply',
      'toPage: expected a page id, a symbolic page such as END_FLOW, or projects/P/locations/L/agents/A/flows/F/pages/PG.',
    );
  }
  const flow = turn.page?.flow ?? (turn.agent && `${formatAgentName(turn.agent)}/flows/${DEFAULT_START_FLOW}`);
  if (!flow) {
    throw new WebhookError('invalid-reply', `toPage: the request names no agent, so page ${page} has no full name.`);
  }
  return `${flow}/pages/${page}`;
}

/** The resource name of a flow: a full name as it is, an id in the agent that called. */
export function resolveFlow(flow: string, turn: Turn): string {
  if (typeof flow === 'string' && FLOW_NAME.test(flow)) return flow;
  if (typeof flow !== 'string' || !ID.test(flow)) {
    throw new WebhookError('invalid-reply', 'toFlow: expected a flow id or projects/P/locations/L/agents/A/flows/F.');
  }
  if (!turn.agent) {
    throw new WebhookError('invalid-reply', `toFlow: the request names no agent, so flow ${flow} has no full name.`);
  }
  return `${formatAgentName(turn.agent)}/flows/${flow}`;
}
