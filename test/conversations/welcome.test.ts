import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asksAgain, type Campus, cards, chips, says, startCampus } from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/** Greeting people, taking their details, and forgetting them. */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const TOPICS = cards(chips('Weather', 'Fees', 'Appointment', 'Faculty', 'Library', 'Clubs', 'My details'));
const FORGOTTEN = {
  ...{ returning: false, name: null, email: null, phone: null, profile_complete: null, forget: null },
  ...{ student_number: null, pin: null, student_verified: null },
  ...{ account_balance: null, recent_transactions: null, fees_due: null, fees_total: null },
};

test('Who gives their details is greeted by name in the next session, and a stranger after "forget me"', async () => {
  const callerId = '+912000001001';
  const first = campus.conversation({ callerId });
  const stranger = {
    fulfillmentResponse: {
      messages: [says('Hello, I am the Campus assistant.'), says('What can I do for you?'), TOPICS],
    },
    sessionInfo: { parameters: { greeted: true, returning: false, forget: null } },
  };
  expect(await first.turn('welcome', 'WELCOME')).toEqual(stranger);

  expect(
    await first.turn('first-page', 'I am Asha Kulkarni, asha at example, 20 0000 1001', {
      intent: 'profile.give',
      heard: { name: { name: 'Asha Kulkarni', original: 'asha kulkarni' } },
      form: { email: 'asha at example', phone: '+91 20 0000 1001' },
    }),
  ).toEqual({
    fulfillmentResponse: { messages: [says('What is your e-mail address?')] },
    pageInfo: asksAgain('email'),
  });

  expect(
    await first.turn('first-page', 'asha@example.edu', { page: 'Details', form: { email: 'asha@example.edu' } }),
  ).toEqual({
    fulfillmentResponse: { messages: [says('We have received the parameters.')] },
    sessionInfo: { parameters: { profile_complete: true } },
  });

  const second = campus.conversation({ callerId });
  expect(await second.turn('welcome', 'WELCOME')).toEqual({
    fulfillmentResponse: {
      messages: [says('Welcome back, Asha Kulkarni.'), says('What can I do for you?'), TOPICS],
    },
    sessionInfo: { parameters: { greeted: true, returning: true, name: 'Asha Kulkarni', forget: null } },
  });

  expect(await second.turn('welcome', 'Forget me', { intent: 'person.forget' })).toEqual({
    fulfillmentResponse: {
      messages: [says('I have forgotten your name, your e-mail address and your phone number.')],
    },
    sessionInfo: { parameters: FORGOTTEN },
  });
  expect(second.parameters).toEqual({ greeted: true, returning: false });

  expect(await second.turn('welcome', 'Forget me, please', { intent: 'person.forget' })).toEqual({
    fulfillmentResponse: { messages: [says('There is nothing to forget: I know nothing about you.')] },
    sessionInfo: { parameters: FORGOTTEN },
  });

  expect(await campus.conversation({ callerId }).turn('welcome', 'WELCOME')).toEqual(stranger);
});

test('Who calls from another number is not taken for the person who gave the name', async () => {
  const asha = campus.conversation({ callerId: '+912000001002' });
  const name = { name: 'Asha', original: 'asha' };
  await asha.turn('welcome', 'I am Asha', { intent: 'Default Welcome Intent', sets: { name } });
  expect(await campus.conversation({ callerId: '+912000001003' }).turn('welcome', 'WELCOME')).toEqual({
    fulfillmentResponse: {
      messages: [says('Hello, I am the Campus assistant.'), says('What can I do for you?'), TOPICS],
    },
    sessionInfo: { parameters: { greeted: true, returning: false, forget: null } },
  });
});

test('In Hindi it greets, greets again by name, forgets, and knows nobody', async () => {
  const hindi = { language: 'hi', callerId: '+912000001004' };
  const topics = cards(chips('अपॉइंटमेंट', 'मदद')); // what the agent understands in Hindi
  const first = campus.conversation(hindi);
  const stranger = {
    fulfillmentResponse: { messages: [says('नमस्ते, मैं कैंपस सहायक हूँ।'), says('मैं आपकी क्या मदद करूँ?'), topics] },
    sessionInfo: { parameters: { greeted: true, returning: false, forget: null } },
  };
  expect(await first.turn('welcome', 'नमस्ते', { intent: 'Default Welcome Intent' })).toEqual(stranger);

  expect(await first.turn('welcome', 'मेरा नाम आशा है', { sets: { name: { name: 'आशा', original: 'आशा' } } })).toEqual({
    fulfillmentResponse: {
      messages: [says('नमस्ते आशा, मैं कैंपस सहायक हूँ।'), says('मैं आपकी क्या मदद करूँ?'), topics],
    },
    sessionInfo: { parameters: { greeted: true, returning: false, name: 'आशा', forget: null } },
  });

  const second = campus.conversation(hindi);
  expect(await second.turn('welcome', 'WELCOME')).toEqual({
    fulfillmentResponse: { messages: [says('फिर से स्वागत है, आशा।'), says('मैं आपकी क्या मदद करूँ?'), topics] },
    sessionInfo: { parameters: { greeted: true, returning: true, name: 'आशा', forget: null } },
  });

  expect(await second.turn('welcome', 'मुझे भूल जाओ', { intent: 'person.forget' })).toEqual({
    fulfillmentResponse: { messages: [says('मैंने आपका नाम, ई-मेल पता और फ़ोन नंबर मिटा दिया है।')] },
    sessionInfo: { parameters: FORGOTTEN },
  });
  expect(await second.turn('welcome', 'मुझे भूल जाओ', { intent: 'person.forget' })).toEqual({
    fulfillmentResponse: {
      messages: [says('मिटाने के लिए कुछ नहीं है: मेरे पास आपके बारे में कोई जानकारी नहीं है।')],
    },
    sessionInfo: { parameters: FORGOTTEN },
  });

  expect(await campus.conversation(hindi).turn('welcome', 'WELCOME')).toEqual(stranger);
});
