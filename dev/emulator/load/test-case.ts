import type { TestCase, TestTurn, UserInput } from '../agent.ts';
import type { Node } from './node.ts';
import { displayNameOf, type Names, referenceOf, symbolOf } from './references.ts';
import type { ByName, Resource } from './resources.ts';

/** What test cases refer to: what all do, and the pages of a flow. */
export interface TestNames extends Names {
  readonly pagesOf: (flow: string) => ByName;
}

export function readTestCase({ displayName, node }: Resource, names: TestNames, startFlow: string): TestCase {
  const config = node.node('testConfig');
  const flow = referenceOf(config, 'flow', 'flow', names.flows) ?? flowOfPage(config.text('page'), names);
  return {
    file: node.file,
    displayName,
    tags: node.texts('tags'),
    flow: flow !== null && names.flows.has(flow) ? flow : null,
    page: readPage(config, names.pagesOf(flow ?? startFlow)),
    trackingParameters: config.texts('trackingParameters'),
    createdAt: node.instant('creationTime'),
    turns: node.nodes('testCaseConversationTurns').map((turn) => readTurn(turn, names)),
  };
}

/** Null for the start page, which is no page of an export, and for one that is not there, which is a finding. */
function readPage(config: Node, pages: ByName): string | null {
  const named = displayNameOf(config.text('page'), [pages]);
  if (!pages.has(named) && symbolOf(named) === 'START_PAGE') return null;
  const page = referenceOf(config, 'page', 'page', pages);
  return page !== null && pages.has(page) ? page : null;
}

function readTurn(node: Node, names: TestNames): TestTurn {
  const user = node.node('userInput');
  const input = user.node('input');
  const output = node.node('virtualAgentOutput');
  const page = output.node('currentPage');
  // Goldens of 2020 have the flow beside the page and in it; others only in the page's resource name.
  const flow =
    recorded(output.node('currentFlow'), names.flows) ??
    (displayNameOf(page.text('flow'), [names.flows]) || flowOfPage(page.text('name'), names));
  return {
    input: readInput(input, names),
    languageCode: input.optional('languageCode'),
    injectedParameters: user.map('injectedParameters'),
    isWebhookEnabled: user.flag('isWebhookEnabled'),
    expected: {
      intent: recorded(output.node('triggeredIntent'), names.intents),
      flow,
      page: pageName(recorded(page, flow === null ? new Map() : names.pagesOf(flow))),
      texts: output.nodes('textResponses').flatMap((response) => response.texts('text').slice(0, 1)),
      parameters: output.map('sessionParameters'),
    },
  };
}

function readInput(node: Node, names: TestNames): UserInput {
  if (node.has('event')) return { kind: 'event', event: node.node('event').text('event') };
  if (node.has('dtmf')) {
    const dtmf = node.node('dtmf');
    return { kind: 'dtmf', digits: dtmf.text('digits'), finishDigit: dtmf.text('finishDigit') };
  }
  if (node.has('intent')) {
    return { kind: 'intent', intent: referenceOf(node.node('intent'), 'intent', 'intent', names.intents) ?? '' };
  }
  if (node.has('audio')) node.note('unsupported', 'audio', 'Speech is not recognised here: it is no input.');
  return { kind: 'text', text: node.node('text').text('text') };
}

/** The display name of what was recorded: `displayName`, or in `name` itself, or found by the id in it. */
function recorded(node: Node, among: ByName): string | null {
  return node.optional('displayName') ?? (displayNameOf(node.text('name'), [among]) || null);
}

/** CX's own pages as recordings name them; their resource names end in an id. */
function pageName(page: string | null): string | null {
  return page === 'START_PAGE' ? 'Start Page' : page === 'END_SESSION' ? 'End Session' : page;
}

function flowOfPage(page: string, { flows }: TestNames): string | null {
  const flow = /^(projects\/.*\/flows\/[^/]+)\/pages\//.exec(page)?.[1];
  return flow === undefined ? null : displayNameOf(flow, [flows]);
}
