import { expect, test } from '@jest/globals';
import { personKey, sessionKey } from '../../../shared/campus/person-key.ts';
import { parseRequest } from '../../../shared/request.ts';
import type { JsonObject } from '../../../shared/wire.ts';

const key = (payload: JsonObject, session?: string, id = 'turn') =>
  personKey(
    parseRequest({
      detectIntentResponseId: id,
      payload,
      ...(session && { sessionInfo: { session: `projects/p/${session}` } }),
    }),
  );

const caller = { telephony: { caller_id: '+912000000001' } };

test('A caller is the same in every session, a named user too, anybody else in one session.', () => {
  expect(key(caller, 'one')).toBe(key({ ...caller, userId: 'asha' }, 'two'));
  expect(key({ userId: 'asha' }, 'one')).toBe(key({ userId: 'asha' }, 'two'));
  expect(key({}, 'one')).toBe(key({ userId: '' }, 'one'));
  expect(key({}, 'one')).toBe(key({ userId: 7 }, 'one', 'another turn'));
  expect(key({}, 'one')).not.toBe(key({}, 'two'));
});

test('Nobody becomes a caller by a user id or a session of the same text.', () => {
  const number = '+912000000001';
  expect(new Set([key(caller), key({ userId: number }), key({}, number)]).size).toBe(3);
});

test('Who says nothing of themselves is remembered by nobody but a repetition of the turn.', () => {
  expect(key({}, undefined, 'a')).toBe(key({}, undefined, 'a'));
  expect(key({}, undefined, 'a')).not.toBe(key({}, undefined, 'b'));
  expect(key({}, undefined, '')).not.toBe(key({}, undefined, ''));
});

test('The key says nothing of what it is made of.', () => {
  expect(key(caller, 'one')).toMatch(/^[\w-]{43}$/);
});

test('A session has one key whoever speaks in it, and a turn without a session has its own.', () => {
  const session = (payload: JsonObject, id: string, name?: string) =>
    sessionKey(parseRequest({ detectIntentResponseId: id, payload, ...(name && { sessionInfo: { session: name } }) }));
  expect(session(caller, 'a', 'one')).toBe(session({}, 'b', 'one'));
  expect(session(caller, 'a', 'one')).not.toBe(session(caller, 'a', 'two'));
  expect(session(caller, 'a')).toBe(session({}, 'a'));
  expect(session(caller, 'a')).not.toBe(session(caller, 'b'));
  expect(session(caller, '')).not.toBe(session(caller, ''));
});
