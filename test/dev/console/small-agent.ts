import { type AgentExport, asks, says } from '../../helpers/agent-export.ts';

/** An agent with one of each that a console has to show: it orders things, by webhooks. */
export function smallAgent(): AgentExport {
  const call = (tag: string, more: object = {}) => ({ webhook: 'backend', tag, ...more });
  return {
    agent: { supportedLanguageCodes: ['de'] },
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          { intent: 'order', targetPage: 'Order' },
          { intent: 'status', triggerFulfillment: call('status') },
          { intent: 'broken', triggerFulfillment: call('broken') },
          { intent: 'unknown', triggerFulfillment: call('unknown') },
          { intent: 'bye', targetPage: 'End Session', triggerFulfillment: says('Bye.') },
          { intent: 'shop', targetFlow: 'Shop' },
        ],
        eventHandlers: [
          { event: 'sys.no-match-default', triggerFulfillment: says(['What?', 'Pardon?', 'Sorry?']) },
          { event: 'greet', triggerFulfillment: says('Hello.') },
        ],
        pages: {
          Order: {
            form: { parameters: [asks('colour', '@colour', 'Which colour?')] },
            transitionRoutes: [
              {
                condition: '$page.params.status = "FINAL"',
                targetPage: 'Ordered',
                triggerFulfillment: call('order', { setParameterActions: [{ parameter: 'ordered', value: true }] }),
              },
            ],
          },
          Ordered: {
            entryFulfillment: says('You ordered $session.params.colour.'),
            transitionRouteGroups: ['after'],
            eventHandlers: [{ event: 'again', targetPage: 'Order' }],
          },
          Paid: { entryFulfillment: call('unknown'), transitionRoutes: [{ intent: 'bye', targetPage: 'End Flow' }] },
          Forgotten: { transitionRoutes: [{ intent: 'order', targetPage: 'Nowhere' }] },
          Nowhere: { transitionRoutes: [{ condition: 'true', targetPage: 'Forgotten' }] },
        },
        routeGroups: { after: [{ intent: 'pay', targetPage: 'Paid' }] },
      },
      Shop: {},
    },
    intents: Object.fromEntries(
      ['order', 'status', 'broken', 'unknown', 'bye', 'pay', 'shop'].map((name) => [name, { phrases: [name] }]),
    ),
    entityTypes: { colour: { values: { red: ['red', 'crimson'], blue: ['blue'] } } },
    webhooks: { backend: 'https://backend.invalid/' },
  };
}
