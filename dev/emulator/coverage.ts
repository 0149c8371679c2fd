/**
 * What of CX is emulated, construct by construct. `test/dev/emulator/coverage.test.ts` holds it against the code and against the
 * fields of Google's protos, so that nothing is forgotten on either side; docs/fidelity.md shows it.
 */
export interface Covered {
  /** A message of a proto, by its name there, or a kind of construct. */
  readonly group: string;
  readonly name: string;
  readonly status: Status;
  /** What is done, or what is not and why. */
  readonly note: string;
  /** Below `test/dev/emulator/`; `null`: there is nothing to test. */
  readonly testedBy: string | null;
}

/** `partly`: a conversation may go otherwise than with CX, in the way that the note says. */
export type Status = 'emulated' | 'partly' | 'not';

type Row = readonly [status: Status, note: string, testedBy?: string];

const E = 'emulated';
const P = 'partly';
const N = 'not';

const ID = [E, 'Webhooks get it, and answer it as a target.'] as const;
const NAME = [E, 'Exports refer by it.'] as const;
const FOR_PEOPLE = [E, 'For people: no conversation depends on it.'] as const;
const ADVANCED = [P, 'Of the settings DTMF alone; those of speech and logging do nothing to texts.'] as const;
const KNOWLEDGE = [N, 'Data stores are not asked.', 'load/findings.test.ts'] as const;
const PLAYBOOK = [
  N,
  'A playbook is a language model: the conversation stays where it is.',
  'step/routes.test.ts',
] as const;
const SECRET = [N, 'The value is in Secret Manager, not in an export.', 'load/webhook.test.ts'] as const;
const CREDENTIALS = 'call/credentials.test.ts';
const FUNCTION_TEST = 'language/functions.test.ts';
const DATE_TEST = 'language/dates.test.ts';

/** By group: where most of it is tested, and its rows. */
const GROUPS: { readonly [group: string]: readonly [testedBy: string, rows: { readonly [name: string]: Row }] } = {
  Page: [
    'step/life-cycle.test.ts',
    {
      name: [...ID, 'step/webhooks.test.ts'],
      displayName: NAME,
      description: FOR_PEOPLE,
      entryFulfillment: [E, 'Called whenever the page becomes active.'],
      form: [E, 'Asked for in its order.', 'step/forms.test.ts'],
      transitionRouteGroups: [E, "The flow's before the agent's.", 'step/routes.test.ts'],
      transitionRoutes: [E, 'Intents first, then conditions.', 'step/routes.test.ts'],
      eventHandlers: [E, 'After those of the parameter, before those of the flow.', 'step/events.test.ts'],
      advancedSettings: [...ADVANCED, 'load/agent.test.ts'],
      knowledgeConnectorSettings: KNOWLEDGE,
    },
  ],
  Flow: [
    'step/flows.test.ts',
    {
      name: [...ID, 'step/webhooks.test.ts'],
      displayName: NAME,
      description: FOR_PEOPLE,
      transitionRoutes: [E, 'With an intent on each page, without one on the start page.', 'step/routes.test.ts'],
      eventHandlers: [E, 'In scope on each page of the flow.', 'step/events.test.ts'],
      transitionRouteGroups: [E, "After the flow's own routes.", 'step/routes.test.ts'],
      nluSettings: [
        P,
        'The threshold is heeded; model and training are those of the matcher.',
        'match/intents.test.ts',
      ],
      advancedSettings: [...ADVANCED, 'load/agent.test.ts'],
      knowledgeConnectorSettings: KNOWLEDGE,
      inputParameterDefinitions: [N, 'Playbooks hand over by them; flows here have $flow parameters.'],
      outputParameterDefinitions: [N, 'As the ones for input.'],
      multiLanguageSettings: [N, 'No language is detected: the one of the turn stays.', 'load/findings.test.ts'],
      locked: FOR_PEOPLE,
    },
  ],
  'Form.Parameter': [
    'step/forms.test.ts',
    {
      displayName: [E, 'The session parameter of the same name, in any case.'],
      required: [E, 'A webhook may change it as long as the page is active.'],
      entityType: [P, 'Values are found by the matcher, not by Dialogflow.', 'match/filling.test.ts'],
      isList: [E, 'The list is one value.'],
      fillBehavior: [E, 'Its two fields are below.'],
      defaultValue: [P, 'Given once no required parameter is missing: when CX does it is unknown.'],
      redact: [E, "Hides values in Google's logs alone: a webhook gets them."],
      advancedSettings: [...ADVANCED, 'load/agent.test.ts'],
    },
  ],
  'Form.Parameter.FillBehavior': [
    'step/forms.test.ts',
    {
      initialPromptFulfillment: [E, 'Said until there is a value, unless a reprompt handler speaks.'],
      repromptEventHandlers: [E, 'Of the parameter that is asked for.'],
    },
  ],
  Fulfillment: [
    'step/life-cycle.test.ts',
    {
      messages: [E, 'One variant of each text, for the language and the channel.', 'step/messages.test.ts'],
      webhook: [E, 'Called last, after presets and messages.', 'step/webhooks.test.ts'],
      returnPartialResponses: [P, 'Parts are listed beside the result; nothing is streamed.', 'step/messages.test.ts'],
      tag: [E, 'In the request, and how a webhook is found here.', 'step/webhooks.test.ts'],
      setParameterActions: [E, 'In their order, each seeing those before.', 'step/parameters.test.ts'],
      conditionalCases: [E, 'After the presets; the first that holds.', 'step/messages.test.ts'],
      advancedSettings: ADVANCED,
      enableGenerativeFallback: [N, 'No model is asked: the handler speaks.', 'step/messages.test.ts'],
      generators: [N, 'No model is asked: no text, no parameter.', 'step/messages.test.ts'],
    },
  ],
  TransitionRoute: [
    'step/routes.test.ts',
    {
      name: FOR_PEOPLE,
      description: FOR_PEOPLE,
      intent: [E, 'Consumed by the first route; handed on to a flow that it calls.', 'step/flows.test.ts'],
      condition: [E, 'Any number may hold.', 'language/condition.test.ts'],
      triggerFulfillment: [E, 'Before the target.'],
      targetPage: [E, 'Ends the evaluation.'],
      targetFlow: [E, 'Puts the flow on the stack.', 'step/flows.test.ts'],
    },
  ],
  EventHandler: [
    'step/events.test.ts',
    {
      name: FOR_PEOPLE,
      event: [E, 'By name; events of CX have none of their own.'],
      triggerFulfillment: [E, 'Its webhook may fail as any other.', 'step/webhooks.test.ts'],
      targetPage: [E, 'As of a route.'],
      targetFlow: [E, 'As of a route.'],
      targetPlaybook: PLAYBOOK,
    },
  ],
  Webhook: [
    'call/caller.test.ts',
    {
      name: FOR_PEOPLE,
      displayName: NAME,
      genericWebService: [E, 'Its fields are below.'],
      serviceDirectory: [P, 'Called at its address, not through a private network.', 'load/webhook.test.ts'],
      timeout: [E, 'Of each attempt; there are two.'],
      disabled: [E, 'Not called: no status, no payload, no event.'],
    },
  ],
  'Webhook.GenericWebService': [
    'call/caller.test.ts',
    {
      uri: [E, 'Unless the caller says where it is here.'],
      username: [E, 'Basic, with the password.', CREDENTIALS],
      password: [E, 'Basic, with the name.', CREDENTIALS],
      secretVersionForUsernamePassword: SECRET,
      requestHeaders: [E, 'With references; those of the turn win.'],
      secretVersionsForRequestHeaders: SECRET,
      allowedCaCerts: [N, 'The certificates of this machine are trusted.', 'load/webhook.test.ts'],
      oauthConfig: [E, 'Client credentials, if the secret is in the export.', CREDENTIALS],
      serviceAgentAuth: [P, 'ID tokens by the issuer here; NONE; an access token is handed in.', CREDENTIALS],
      serviceAccountAuthConfig: [N, 'No token of a service account is made.', 'load/webhook.test.ts'],
      webhookType: [E, 'Standard and flexible.', 'call/pipeline.test.ts'],
      httpMethod: [E, 'Of flexible ones.', 'call/pipeline.test.ts'],
      requestBody: [P, 'How CX types and escapes values is unknown.', 'call/pipeline.test.ts'],
      parameterMapping: [P, 'JSONPath of RFC 9535; what CX takes is unknown.', 'call/answer.test.ts'],
    },
  ],
  WebhookRequest: [
    'call/request.test.ts',
    {
      detectIntentResponseId: [E, 'One for the turn, on a second attempt, too.'],
      text: [E, 'As said.'],
      triggerIntent: [E, 'As a resource name.'],
      transcript: [N, 'No speech is heard.'],
      triggerEvent: [E, 'As raised.'],
      dtmfDigits: [E, 'Without the finish digit.'],
      languageCode: [E, "The turn's."],
      fulfillmentInfo: [E, 'The tag.'],
      intentInfo: [E, 'Left out where the turn has matched none, as in captured requests.'],
      pageInfo: [E, 'Page and form.'],
      sessionInfo: [E, 'Session and parameters.'],
      messages: [E, 'What waits to be said, references replaced.'],
      payload: [E, "The turn's."],
      sentimentAnalysisResult: [P, 'What is handed in: none is computed.'],
      languageInfo: [P, 'No language is detected: always the same, with certainty.'],
    },
  ],
  WebhookResponse: [
    'step/webhooks.test.ts',
    {
      fulfillmentResponse: [E, 'APPEND, and REPLACE of all that waits.'],
      pageInfo: [E, 'Required, value, and INVALID.', 'step/forms.test.ts'],
      sessionInfo: [E, 'Sets and with null removes.'],
      payload: [E, 'In the order of the calls.'],
      targetPage: [E, "Of the same flow, CX's own pages, too; wins over the route's."],
      targetFlow: [E, "Wins over the route's."],
    },
  ],
  ResponseMessage: [
    'step/messages.test.ts',
    {
      text: [E, 'By chance one variant; every one is kept for comparing.'],
      payload: [E, 'References keep their types.'],
      conversationSuccess: [E, 'Handed on.'],
      outputAudioText: [P, 'Handed on as text or SSML; nothing is spoken.'],
      liveAgentHandoff: [E, 'Handed on: it changes nothing of the session.'],
      endInteraction: [E, 'Once, at the end of a session; an agent cannot say it.', 'step/flows.test.ts'],
      playAudio: [P, 'Handed on; nothing is played.'],
      mixedAudio: [N, 'CX makes it of speech; an agent cannot say it.', 'step/messages.test.ts'],
      telephonyTransferCall: [P, 'Handed on; no call is transferred.'],
      knowledgeInfoCard: [N, 'Without a data store there is nothing to show: left out.', 'step/messages.test.ts'],
      toolCall: [P, 'Handed on; nothing takes its result.'],
      responseType: [E, 'Entry, parameter or handler prompt.', 'step/life-cycle.test.ts'],
      channel: [P, "A fulfilment's messages for it, or those for none: CX might look at the whole turn."],
    },
  ],
  QueryInput: [
    'step/events.test.ts',
    {
      text: [E, 'Without a letter it is no input; with more than 256 characters it matches nothing.'],
      intent: [E, 'Taken without matching.', 'step/routes.test.ts'],
      audio: [N, 'Speech is not recognised.', 'load/findings.test.ts'],
      event: [E, 'It has no parameters of its own, so that $event is empty.'],
      dtmf: [E, 'Fills the parameter that takes keys; without a key it is no input.', 'step/forms.test.ts'],
      toolCallResult: [N, 'No tool is run.'],
      languageCode: [E, 'Of words, functions and requests.', 'step/messages.test.ts'],
    },
  ],
  QueryParameters: [
    'step/parameters.test.ts',
    {
      timeZone: [N, "The agent's is used."],
      geoLocation: [N, 'Nothing here depends on it.'],
      sessionEntityTypes: [N, 'The matcher knows those of the export.'],
      payload: [E, 'For webhooks and $request.payload.'],
      parameters: [E, 'Set before anything else; null removes.'],
      parameterScope: [N, 'All are session parameters.'],
      currentPage: [P, 'By beginSession, with its parameters; not from turn to turn.', 'step/forms.test.ts'],
      disableWebhook: [E, 'Nothing is called.', 'call/caller.test.ts'],
      analyzeQueryTextSentiment: [P, 'A sentiment can be handed in; none is computed.'],
      webhookHeaders: [E, "Over the agent's; Google's own are refused.", 'call/caller.test.ts'],
      flowVersions: [N, 'An export has one version.'],
      currentPlaybook: [N, 'Playbooks are not run.'],
      llmModelSettings: [N, 'No model is asked.'],
      channel: [P, 'See ResponseMessage, channel.', 'step/messages.test.ts'],
      sessionTtl: [N, 'A session here does not age.'],
      endUserMetadata: [N, 'No model is asked.'],
      searchConfig: [N, 'Data stores are not asked.'],
      populateDataStoreConnectionSignals: [N, 'Data stores are not asked.'],
    },
  ],
  'symbolic targets': [
    'step/life-cycle.test.ts',
    {
      START_PAGE: [E, 'Its conditions are looked at.'],
      END_FLOW: [E, 'Back behind the handler that called; of the last flow the end.', 'step/flows.test.ts'],
      END_FLOW_WITH_CANCELLATION: [E, 'Raises its event in the caller.', 'step/flows.test.ts'],
      END_FLOW_WITH_FAILURE: [E, 'Raises its event in the caller.', 'step/flows.test.ts'],
      END_FLOW_WITH_HUMAN_ESCALATION: [E, 'Raises its event in the caller.', 'step/flows.test.ts'],
      END_SESSION: [E, 'The next turn begins anew.', 'step/flows.test.ts'],
      PREVIOUS_PAGE: [E, 'Entered again in the state in which it was left.'],
      CURRENT_PAGE: [E, 'Entered again, with a new state.'],
    },
  ],
  'built-in events': [
    'step/events.test.ts',
    {
      'sys.no-match-[1-6]': [P, 'Counted until something is understood, the question or the page is another.'],
      'sys.no-match-default': [E, 'Where there is no handler of the number.'],
      'sys.no-input-[1-6]': [P, 'Counted as no-matches are, apart from them.'],
      'sys.no-input-default': [E, 'Where there is no handler of the number.'],
      'sys.invalid-parameter': [E, 'Else the question is asked again.', 'step/forms.test.ts'],
      'sys.long-utterance': [E, 'Else it is a no-match.'],
      'webhook.error': [E, 'Where there is no finer handler in scope.', 'step/webhooks.test.ts'],
      'webhook.error.timeout': [E, 'After the second attempt.', 'call/caller.test.ts'],
      'webhook.error.bad-request': [E, '400.', 'call/caller.test.ts'],
      'webhook.error.rejected': [E, '401 and 403.', 'call/caller.test.ts'],
      'webhook.error.unavailable': [E, '503.', 'call/caller.test.ts'],
      'webhook.error.not-found': [P, 'Unreachable, and 404: that is a guess by the name.', 'call/caller.test.ts'],
      'flow-cancelled': [E, 'Written flow.cancelled in exports.', 'step/flows.test.ts'],
      'flow-failed': [E, 'Written flow.failed in exports.', 'step/flows.test.ts'],
      'flow-failed-human-escalation': [E, 'Written flow.failed.human-escalation in exports.', 'step/flows.test.ts'],
    },
  ],
  'reference scopes': [
    'step/parameters.test.ts',
    {
      session: [E, '$session.params.x, with fields, indexes and .original.'],
      flow: [E, '$flow.x, as long as the flow is on the stack.', 'step/flows.test.ts'],
      page: [E, '$page.params.status, and .x with .value and .status.'],
      intent: [E, '$intent.params.x of the intent of this turn.'],
      request: [P, 'Utterance, payload, sentiment, language, webhook status; no generative, no knowledge.'],
      event: [N, 'The API raises events without parameters.', 'step/parameters.test.ts'],
    },
  ],
  'system functions': [
    FUNCTION_TEST,
    Object.fromEntries([
      ...[
        ...['ADD', 'MINUS', 'MULTIPLY', 'DIVIDE', 'ROUND', 'RAND'],
        ...['CONCATENATE', 'LOWER', 'UPPER', 'LEN', 'MID', 'SUBSTITUTE', 'SPLIT', 'JOIN', 'URL_ENCODE'],
        ...['TO_TEXT', 'TO_NUMBER', 'TO_OBJECT', 'IS_CREDIT_CARD_NUMBER', 'IS_PHONE_NUMBER', 'TO_PHONE_NUMBER'],
        ...['APPEND', 'REMOVE', 'UNIQUE', 'COUNT', 'CONTAIN', 'MATCH', 'GET'],
        ...['IF', 'IDENTITY', 'GET_FIELD', 'NESTED_FIELD', 'FILTER'],
      ].map((name): [string, Row] => [name, [E, 'As the page on system functions says.']]),
      ...['NOW', 'FORMAT_DATE', 'ADD_DATE', 'IS_PAST_DATE', 'IS_FUTURE_DATE', 'IS_DATE'].map((name): [string, Row] => [
        name,
        [E, 'On the clock of the turn, in the time zone of the agent.', DATE_TEST],
      ]),
    ]),
  ],
  'kinds of entity types': [
    'match/entities.test.ts',
    {
      KIND_MAP: [P, 'Values and synonyms, with small slips; no automatic expansion.'],
      KIND_LIST: [P, 'Likewise, types in types among them.'],
      KIND_REGEXP: [P, 'By JavaScript, where CX has RE2.'],
    },
  ],
  'not of a flow': [
    'load/findings.test.ts',
    {
      playbook: [N, 'A playbook is a language model.'],
      generator: [N, 'No model is asked.'],
      tool: [N, 'Nothing runs it.'],
    },
  ],
};

export const COVERAGE: readonly Covered[] = Object.entries(GROUPS).flatMap(([group, [file, rows]]) =>
  Object.entries(rows).map(([name, [status, note, own]]): Covered => {
    const isTested = status !== 'not' || own !== undefined;
    return { group, name, status, note, testedBy: note === FOR_PEOPLE[1] || !isTested ? null : (own ?? file) };
  }),
);

/** The matrix as a table in Markdown: a line for each group, with what is not wholly emulated and why. */
export function summary(coverage: readonly Covered[] = COVERAGE): string {
  const groups = [...new Set(coverage.map(({ group }) => group))];
  const list = (rows: readonly Covered[]) => rows.map(({ name, note }) => `${name} (${unpointed(note)})`).join('; ');
  const lines = groups.map((group) => {
    const rows = coverage.filter((each) => each.group === group);
    const of = (status: Status) => rows.filter((each) => each.status === status);
    return `| ${group} | ${of('emulated').length} of ${rows.length} | ${list(of('partly'))} | ${list(of('not'))} |`;
  });
  return ['| | emulated | partly | not |', '|---|---|---|---|', ...lines].join('\n');
}

function unpointed(note: string): string {
  return note.replace(/\.$/, '');
}
