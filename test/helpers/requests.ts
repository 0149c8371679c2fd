import { readFileSync } from 'node:fs';
import type { JsonObject, WebhookRequest } from '../../shared/wire.ts';

/** Requests as CX sends them, from our own fixtures. */
export function fixture(name: string): WebhookRequest {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as WebhookRequest;
}

export const AGENT = 'projects/campus-demo/locations/europe-west1/agents/6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
export const FLOW = `${AGENT}/flows/1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9`;

/** A text turn on a page without a form. */
export function request(tag: string, parameters: JsonObject = {}, more: WebhookRequest = {}): WebhookRequest {
  return {
    detectIntentResponseId: '5d0f6a3b-1c2d-4e3f-9a4b-5c6d7e8f9a0b',
    pageInfo: { currentPage: `${FLOW}/pages/4d3c2b1a-0f9e-4d8c-8b7a-695847362514`, displayName: 'Help desk' },
    sessionInfo: { session: `${AGENT}/sessions/5f2e81`, ...(Object.keys(parameters).length > 0 && { parameters }) },
    fulfillmentInfo: { tag },
    text: 'hello',
    languageCode: 'en',
    ...more,
  };
}

/** The same on a page whose form has these parameters. */
export function formRequest(tag: string, form: JsonObject): WebhookRequest {
  return request(tag, form, {
    pageInfo: {
      currentPage: `${FLOW}/pages/4d3c2b1a-0f9e-4d8c-8b7a-695847362514`,
      formInfo: {
        parameterInfo: Object.entries(form).map(([displayName, value]) =>
          value === null
            ? { displayName, required: true, state: 'EMPTY' as const }
            : { displayName, required: true, state: 'FILLED' as const, value, justCollected: true },
        ),
      },
      displayName: 'Form',
    },
  });
}
