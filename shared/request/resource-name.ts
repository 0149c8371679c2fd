/**
 * Resource names of Dialogflow CX, taken apart. People send placeholders by hand, so a name that has another form is no
 * error: then only what can be known is known.
 */

/** Where an agent lives: `projects/P/locations/L/agents/A`. */
export interface AgentName {
  readonly project: string;
  readonly location: string;
  readonly agent: string;
}

const AGENT = /^projects\/([^/]+)\/locations\/([^/]+)\/agents\/([^/]+)(?=\/|$)/;

export function parseAgentName(name: string): AgentName | null {
  const match = AGENT.exec(name);
  return match && { project: match[1]!, location: match[2]!, agent: match[3]! };
}

export function formatAgentName({ project, location, agent }: AgentName): string {
  return `projects/${project}/locations/${location}/agents/${agent}`;
}

/** The segment after `collection`: `segmentOf('.../flows/F/pages/P', 'flows')` is `F`. */
export function segmentOf(name: string, collection: string): string | null {
  const mark = `/${collection}/`;
  const at = name.indexOf(mark);
  if (at < 0) return null;
  const end = name.indexOf('/', at + mark.length);
  return name.slice(at + mark.length, end < 0 ? undefined : end) || null;
}

/** The last segment, the id proper. */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
