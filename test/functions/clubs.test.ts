import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import clubs from '../../functions/clubs.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { formRequest, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, type TestStore } from '../helpers/store.ts';

let store: TestStore;
let service: ReturnType<typeof openService>;
beforeAll(async () => {
  store = await openTestStore();
  service = openService(clubs, { name: 'clubs', store });
});
afterAll(() => store.close());

async function ask(parameters: JsonObject) {
  const { status, body } = await service.post(request('clubs', parameters));
  expect(status).toBe(200);
  return body;
}

const says = (text: string) => ({ text: { text: [text] } });

test('one club is told with what it does, when and where it meets, and how to join', async () => {
  expect(await ask({ club_query: 'is there a robotics club' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'Yantra Robotics Team: Robots, drones, Arduino and 3D printing; builds a machine for the national robot contest ' +
            'every year. It meets Mondays, Wednesdays and Fridays at 17:00, Workshop Building, bay 4. ' +
            'Write to club-robotics@example.edu to join.',
        ),
        {
          payload: {
            richContent: [
              [
                {
                  type: 'info',
                  title: 'Yantra Robotics Team',
                  subtitle: 'Mondays, Wednesdays and Fridays at 17:00. Workshop Building, bay 4',
                  anchor: { href: 'mailto:club-robotics@example.edu' },
                },
              ],
            ],
          },
        },
      ],
    },
    sessionInfo: { parameters: { results_total: 1, results_shown: 1, more: null } },
  });
});

test('several clubs are a list, told with when and where they meet', async () => {
  const dance = (name: string, id: string, meets: string) => ({
    type: 'list',
    title: name,
    subtitle: `${meets}. Student Centre, dance studio`,
    anchor: { href: `mailto:club-${id}@example.edu` },
  });
  expect(await ask({ club_query: 'dancing' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'I found 2 clubs: Taal Dance Club, Tuesdays and Thursdays at 17:30, Student Centre, dance studio; ' +
            'Nupur Classical Dance Circle, Saturdays at 10:00, Student Centre, dance studio.',
        ),
        {
          payload: {
            richContent: [
              [
                dance('Taal Dance Club', 'dance', 'Tuesdays and Thursdays at 17:30'),
                dance('Nupur Classical Dance Circle', 'classical-dance', 'Saturdays at 10:00'),
              ],
            ],
          },
        },
      ],
    },
    sessionInfo: { parameters: { results_total: 2, results_shown: 2, more: null } },
  });
});

test.each([{}, { club_query: null }, { club_query: '' }, { club_query: 'which clubs are there' }, { more: true }])(
  'without a word to look for (%j) it says which topics there are',
  async (parameters) => {
    expect(await ask(parameters)).toEqual({
      fulfillmentResponse: {
        messages: [
          says('There are 42 clubs, for sport, technology, art, games, music and 13 other topics. What interests you?'),
          {
            payload: {
              richContent: [[{ type: 'chips', options: TOPICS.map((text) => ({ text })) }]],
            },
          },
        ],
      },
      sessionInfo: { parameters: { results_total: null, results_shown: null, more: null } },
    });
  },
);
const TOPICS = [
  ...['Sport', 'Technology', 'Art', 'Games', 'Music', 'Science', 'Service', 'Business', 'Dance', 'Environment'],
  ...['Literature', 'Speaking', 'Theatre', 'Film', 'Food', 'Languages', 'Outdoor', 'Wellbeing'],
];

test('each topic that is offered finds its clubs', async () => {
  const topics = await store.db.selectFrom('clubs').select('topic').distinct().execute();
  for (const { topic } of topics) {
    const { parameters } = (await ask({ club_query: topic })).sessionInfo;
    expect([topic, parameters.results_total > 0]).toEqual([topic, true]);
  }
});

test('page after page, "show more" tells every club once, and then that it was all', async () => {
  const told: string[] = [];
  let session: JsonObject = {};
  for (let more = false; session.results_shown !== session.results_total || !more; more = true) {
    const { fulfillmentResponse, sessionInfo } = await ask({ ...session, club_query: 'sports', more });
    told.push(...fulfillmentResponse.messages[1].payload.richContent[0].map(({ title }: { title: string }) => title));
    session = sessionInfo.parameters;
  }
  expect(told).toHaveLength(session.results_total as number);
  expect(new Set(told).size).toBe(told.length);
  expect(told).toEqual(expect.arrayContaining(['Cricket Club', 'Football Club', 'Swimming Club']));
  expect((await ask({ ...session, club_query: 'sports', more: true })).fulfillmentResponse).toEqual({
    messages: [says('That was all.')],
  });
});

test('nothing found: it says so, asks again, and says which topics there are', async () => {
  const { body } = await service.post(formRequest('clubs', { club_query: 'xqzzv' }));
  expect(body).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I can't find a club for “xqzzv”."),
        says('There are clubs for sport, technology, art, games, music and 13 other topics. What interests you?'),
      ],
    },
    sessionInfo: { parameters: { results_total: 0, results_shown: 0, more: null } },
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'club_query', state: 'INVALID' }] } },
  });
});

test.each<[question: string, first: string]>([
  ['robotics club', 'Yantra Robotics Team'],
  ['AI', 'Neural Network Club'],
  ['drama', 'Rangmanch Theatre Group'],
  ['hiphop', 'Taal Dance Club'],
  ['bollywod', 'Taal Dance Club'],
  ['cyber security', 'Zero Day Security Group'],
  ['singing', 'Campus Choir'],
  ['photo', 'Aperture Photography Club'],
])('"%s" finds %s first', async (club_query, first) => {
  expect((await ask({ club_query })).fulfillmentResponse.messages[1].payload.richContent[0][0].title).toBe(first);
});

test('any JSON as any parameter gets an answer', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('sport', true, 3)) as fc.Arbitrary<JsonObject>;
  const parameters = fc.record({ club_query: value, more: value, results_shown: value }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(parameters, async (any) => void (await ask(any))),
    { numRuns: 200 },
  );
});
