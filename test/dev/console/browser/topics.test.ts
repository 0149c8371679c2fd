import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { type ConsolePage, closeBrowser, inBrowser, openPage, startConsole } from '../../../helpers/browser.ts';
import { openWeek, spokenDay } from '../../../helpers/conversation.ts';
import { ROOT, stopAll } from '../../../helpers/process.ts';

/**
 * Every topic of the Campus assistant as a person has it: by clicks on chips and by typing, in the page that `npm start` serves,
 * answered by the functions of this project, on a store of this file's own. Of each topic one turn is X-rayed.
 */
inBrowser('the Campus assistant in the console', () => {
  let opened: ConsolePage;

  beforeAll(async () => {
    const { url } = await startConsole(`${ROOT}/agent`);
    opened = await openPage(url);
  });
  beforeEach(async () => {
    const over = page().getByRole('button', { name: 'Start over' });
    if (await over.isDisabled()) return; // nothing is said yet
    await over.click();
    await turns().first().waitFor({ state: 'detached' });
    await opened.settle();
  });
  afterEach(() => {
    expect(opened.errors).toEqual([]);
    expect(opened.elsewhere).toEqual([]);
  });
  afterAll(async () => {
    await closeBrowser();
    await stopAll();
  });

  const page = () => opened.page;
  const turns = (): Locator => page().locator('.turns > .turn');
  const panel = (name: string) => page().locator('.xray').getByRole('region', { name, exact: true });
  const onOneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
  /** What is read in each of these, on one line. */
  const read = async (all: Locator) => (await all.allInnerTexts()).map(onOneLine);

  /** What the agent has answered last: a text, a card or a row of chips each. */
  const said = () => read(turns().last().locator('.message'));

  async function says(text: string): Promise<string[]> {
    await opened.say(text);
    return said();
  }

  /** Clicks what the page or the agent offers, and waits for the turn that comes of it. */
  async function clicks(name: string): Promise<string[]> {
    const before = await turns().count();
    await page().locator('.log').getByRole('button', { name, exact: true }).last().click();
    await turns().nth(before).waitFor();
    await opened.settle();
    return said();
  }

  /** The X-ray of the last turn: what was understood, who was called, what they changed. */
  async function xray() {
    const changes = await read(panel('Parameters').locator('.change'));
    return {
      understood: onOneLine(await panel('Understood').locator('.verdict').innerText()),
      calls: await read(panel('Webhook calls').getByRole('article').getByRole('heading')),
      changed: changes.map((change) =>
        change.replace(/^. /, '').replaceAll(/(added|changed|removed) |by |after /g, ''),
      ),
    };
  }
  const answeredBy = (name: string, tag = name) => [`${name} tag ${tag} answered HTTP 200`];
  const understood = (intent: string) =>
    expect.stringMatching(
      `^The intent ${intent.replaceAll('.', '[.]')} with a score of [01][.]\\d\\d; 0[.]30 is enough[.]$`,
    );

  const GREETING = ['Hello, I am the Campus assistant.', 'What can I do for you?'];
  const TOPICS = 'Weather Fees Appointment Faculty Library Clubs My details';
  const WHO = [
    'For this I have to know who you are.',
    'What is your student number? It is the letter S and four digits.',
  ];

  test('is greeted by an event, asks for the weather by a chip, and names a place that there is not', async () => {
    expect(await clicks('WELCOME')).toEqual([...GREETING, TOPICS]);
    expect(await xray()).toEqual({
      understood: 'The event WELCOME: no words to understand.',
      calls: answeredBy('welcome'),
      changed: expect.arrayContaining(['greeted webhook true']),
    });
    expect(await clicks('Weather')).toEqual(['Which city do you want the weather for?']);
    expect(await says('Pune')).toEqual(['It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.']);
    expect(await xray()).toEqual({
      understood: 'No intent: the words are what the form asked for.',
      calls: answeredBy('weather'),
      changed: expect.arrayContaining(['weather_place webhook "Pune, India"', 'weather_temperature_c webhook 27.3']),
    });
    expect(await says('what is the weather in Atlantis')).toEqual([
      "I can't find a place called Atlantis. Which city do you mean?",
    ]);
    expect(await xray()).toMatchObject({ understood: understood('weather.ask') });
    expect(await says('Mumbai')).toEqual(['It is 30 °C with light rain in Mumbai, India. It feels like 35 °C.']);
  });

  test('fees, balance and transactions, once it is known who asks; the PIN stays nowhere', async () => {
    await clicks('WELCOME');
    expect(await clicks('Fees')).toEqual(WHO);
    expect(await says('S1024')).toEqual(['What is your PIN? It has four digits.']);
    const [dues, cards] = await says('4821');
    expect(dues).toMatch(/^You have ₹25,700 to pay\. Library and laboratory, ₹4,500, is overdue since /);
    expect(cards).toMatch(
      /^Library and laboratory: ₹4,500 Overdue .* Examination: ₹2,200 .* Hostel: ₹19,000 .* My balance$/,
    );
    await turns().last().getByText('Hostel: ₹19,000').click();
    expect(await turns().last().locator('details[open]').innerText()).toContain('₹19,000 of ₹38,000 is paid.');
    const { calls, changed } = await xray();
    expect(calls).toEqual(answeredBy('fees'));
    expect(changed).toEqual(expect.arrayContaining(['fees_total webhook 25700', 'student_verified webhook true']));
    await panel('Parameters')
      .getByText(/^All \d+ of the session/)
      .click();
    const names = await panel('Parameters').getByRole('table').getByRole('rowheader').allInnerTexts();
    expect(names).toContain('student_number');
    expect(names).not.toContain('pin');

    expect(await clicks('My balance')).toEqual(['Your balance is ₹1,240.50.', 'My last transactions Fees']);
    expect(await xray()).toMatchObject({ understood: understood('account.show'), calls: answeredBy('account') });
    const [last, list] = await clicks('My last transactions');
    expect(last).toMatch(
      /^Your balance is ₹1,240\.50\. The last transaction was on .*: Canteen: misal pav and chai, -₹90\.$/,
    );
    expect(list).toMatch(/^Canteen: misal pav and chai -₹90 on .* Hostel laundry -₹160 on .* Fees$/);
  });

  test('what a semester costs, by the flexible webhook', async () => {
    expect(await says('fees for a Bachelor of Science')).toEqual(['How many credits do you plan for the semester?']);
    expect(await says('20')).toEqual(['Will you live in the hostel?']);
    expect(await says('yes')).toEqual(['One semester of Bachelor of Science with 20 credits costs 81700 INR.']);
    const { calls } = await xray();
    expect(calls).toEqual(answeredBy('fee-quote'));
  });

  test('an appointment is booked at a time that is offered, and cancelled', async () => {
    const day = spokenDay(openWeek().tuesday, 'en-IN');
    await clicks('WELCOME');
    expect(await clicks('Appointment')).toEqual(['What would you like an appointment for?']);
    expect(await says('library tour')).toEqual(['On which day would you like to come?']);
    expect(await says(day)).toEqual([
      `At what time on ${day}? You can come at 11:00 am, 12:00 pm or 3:00 pm.`,
      '11:00 am 12:00 pm 3:00 pm',
      'Which time suits you?',
    ]);
    expect(await panel('Form').getByRole('row', { name: /^time/ }).innerText()).toContain('asked for now');
    const [booked] = await clicks('11:00 am');
    expect(booked).toContain(`You are booked: Library tour on ${day} at 11:00 am, in Library, front desk. Your `);
    expect(booked).toMatch(/confirmation number is [2-9A-Z]{8}\.$/);
    expect(await xray()).toMatchObject({
      calls: answeredBy('booking'),
      changed: expect.arrayContaining(['booking_state webhook "confirmed"']),
    });
    expect(await says('cancel it')).toEqual([`Your appointment is cancelled: Library tour on ${day} at 11:00 am.`]);
    expect(await xray()).toMatchObject({
      understood: understood('booking.cancel'),
      changed: expect.arrayContaining(['booking_state webhook before "confirmed" "cancelled"']),
    });
  });

  test('teachers are found though misspelled, and shown to the end', async () => {
    await clicks('WELCOME');
    expect(await clicks('Faculty')).toEqual([
      'Whom are you looking for? You can say a name, a subject or a department.',
    ]);
    const [first, cards] = await says('mathmatics');
    expect(first).toMatch(
      /^I found 6 teachers\. The first 3: Dnyanada Pethkar, Lecturer in Mathematics .* Say “show more” for the next\.$/,
    );
    expect(cards).toMatch(
      /^Dnyanada Pethkar Lecturer, Mathematics and Statistics\. Banyan Block, room 228 .* Show more$/,
    );
    expect(await turns().last().getByRole('link').first().getAttribute('href')).toBe(
      'mailto:dnyanada.pethkar@example.edu',
    );
    expect(await xray()).toMatchObject({
      calls: answeredBy('faculty'),
      changed: expect.arrayContaining(['results_total webhook 6', 'results_shown webhook 3']),
    });
    expect((await clicks('Show more'))[0]).toMatch(/^The last 3 of 6 teachers: .* That was all\.$/);
  });

  test('books: where they stand and how many are free', async () => {
    await clicks('WELCOME');
    expect(await clicks('Library')).toEqual([
      'Which book are you looking for? You can say a title, an author or a subject.',
    ]);
    expect(await says('python')).toEqual([
      expect.stringMatching(/^I found 3 books: Fluent Python by Luciano Ramalho, 3 free now; /),
      expect.stringMatching(/^Fluent Python Luciano Ramalho\. C1-106: 3 free now Python Crash Course /),
    ]);
    expect(await says('do you have Fluent Python')).toEqual([
      'Fluent Python, by Luciano Ramalho (2015), stands at C1-106. 3 of 3 copies are free now.',
      'Fluent Python Luciano Ramalho. C1-106: 3 free now',
    ]);
    expect(await xray()).toEqual({
      understood: understood('library.find'),
      calls: answeredBy('library'),
      changed: expect.arrayContaining(['results_total webhook before 3 1']),
    });
  });

  test('clubs by a topic that is offered, and more of them', async () => {
    await clicks('WELCOME');
    const [all, topics] = await clicks('Clubs');
    expect(all).toMatch(/^There are 42 clubs, for sport, technology, art, games, music and 13 other topics\./);
    expect(topics).toMatch(/^Sport Technology Art Games Music /);
    const [sport, cards] = await clicks('Sport');
    expect(sport).toMatch(
      /^I found 7 clubs\. The first 3: Kabaddi and Kho-kho Club, Mondays and Wednesdays at 17:30, South Field; /,
    );
    expect(cards).toMatch(/Cricket Club Monday to Friday at 6:30\. Cricket Ground .* Show more$/);
    expect((await xray()).calls).toEqual(answeredBy('clubs'));
    expect((await clicks('Show more'))[0]).toMatch(/^The next 3 of 7 clubs: Football Club, /);
  });

  test('feedback is taken under its category, and leads to a counsellor', async () => {
    expect(await says('I want to give feedback')).toEqual(['What would you like to tell us?']);
    expect(await says('The wifi in the hostel is terrible and keeps dropping.')).toEqual([
      'Thank you. I have written that down under hostel. I am sorry that this went badly.',
      'Is there anything else?',
      'More feedback Talk to a counsellor',
    ]);
    expect(await xray()).toMatchObject({
      calls: answeredBy('feedback'),
      changed: expect.arrayContaining(['feedback_category webhook "hostel"']),
    });
    expect(await clicks('Talk to a counsellor')).toEqual(['On which day would you like to come?']);
    expect(
      await panel('Form')
        .getByRole('row', { name: /^service/ })
        .innerText(),
    ).toContain('Counselling');
  });

  test('a question is answered from the facts of the college, with its source', async () => {
    expect(await says('I have a question')).toEqual(['What would you like to know about the campus?']);
    const [answer, source] = await says('who is the head of computer science');
    expect(answer).toBe(
      'Mrinal Bhagwatkar, Professor and Head of Department in Computer Science, teaches algorithms, data structures, ' +
        'theory of computation.',
    );
    expect(source).toMatch(/^Dr\. Mrinal Bhagwatkar /);
    expect((await xray()).calls).toEqual(answeredBy('ask'));
  });

  test('details are taken one by one, used for a greeting, and forgotten', async () => {
    await clicks('WELCOME');
    expect(await clicks('My details')).toEqual([
      'I need three things from you: your name, your e-mail address and your phone number.',
      'What is your name?',
    ]);
    expect(await says('Asha Kulkarni')).toEqual(['What is your e-mail address?']);
    expect(
      await panel('Form')
        .getByRole('row', { name: /^email/ })
        .innerText(),
    ).toContain('asked for now');
    expect(await says('asha@example.edu')).toEqual(['What is your phone number?']);
    expect((await says('+912055501234'))[0]).toBe('We have received the parameters.');
    expect(await xray()).toMatchObject({
      calls: answeredBy('first-page'),
      changed: expect.arrayContaining(['profile_complete webhook true']),
    });
    expect(await says('hello')).toEqual(['Hello Asha Kulkarni, I am the Campus assistant.', GREETING[1], TOPICS]);
    expect(await says('forget me')).toEqual(['I have forgotten your name, your e-mail address and your phone number.']);
    expect(await xray()).toMatchObject({
      understood: understood('person.forget'),
      calls: answeredBy('welcome'),
      changed: expect.arrayContaining(['name webhook before "Asha Kulkarni"']),
    });
  });

  test('a person is handed over to, and a goodbye ends the session', async () => {
    const [words, handover] = await says('talk to a person');
    expect(words).toBe('I am handing you over to the help desk. Please stay here, somebody will answer you.');
    expect(handover).toMatch(/^Hands over to a person/);
    expect((await xray()).calls).toEqual([]);
    expect((await says('bye'))[0]).toBe('Goodbye, and have a good day on the campus.');
    expect(await turns().last().innerText()).toContain('The session ended here.');
  });

  test('what nobody understood: first another try, then all that there is', async () => {
    expect(await says('qwertz')).toEqual([
      expect.stringMatching(/^I did not understand that\. I can help with the weather, /),
    ]);
    expect(await xray()).toEqual({ understood: 'No intent: none reaches 0.30.', calls: [], changed: [] });
    expect(await says('uiop')).toEqual([
      "I'm sorry, I can't help with that.",
      expect.stringMatching(/^I can tell you the weather, your fees and your account, /),
      expect.stringMatching(/^Weather Fees My account .* Ask a question$/),
    ]);
    expect(await xray()).toMatchObject({ calls: answeredBy('fallback') });
  });

  test('a conversation in Hindi is begun beside the others, and answered in Hindi', async () => {
    await page()
      .getByRole('button', { name: /^Conversations/ })
      .click();
    const list = page().getByRole('region', { name: 'Conversations' });
    await list.getByLabel('Language').selectOption('hi');
    await list.getByRole('button', { name: 'New conversation' }).click();
    await page().getByText('hi', { exact: true }).waitFor();
    await opened.settle();
    expect(await says('नमस्ते')).toEqual(['नमस्ते, मैं कैंपस सहायक हूँ।', 'मैं आपकी क्या मदद करूँ?', 'अपॉइंटमेंट मदद']);
    expect((await xray()).calls).toEqual(answeredBy('welcome'));
    expect(await clicks('अपॉइंटमेंट')).toEqual(['आप किसके लिए अपॉइंटमेंट चाहते हैं?']);
  });
});
