import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../../shared/wire.ts';
import { asksAgain, type Campus, cards, chips, says, startCampus } from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/** Looking things up: teachers, books and clubs of the sample college. */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const results = (total: number, shown: number) => ({
  parameters: { results_total: total, results_shown: shown, more: null },
});
/** An answer that tells some rows: in words, on cards, and with "show more" where there are more. */
const told = (words: string, rows: Json[], [total, shown]: [number, number]) => ({
  fulfillmentResponse: {
    messages: [says(words), cards(rows, ...(words.includes('show more') ? [chips('Show more')] : []))],
  },
  sessionInfo: results(total, shown),
});
/** What the agent's route for "show more" sets before it calls. */
const MORE = { page: 'Search results', sets: { more: true } };
const THAT_WAS_ALL = { fulfillmentResponse: { messages: [says('That was all.')] } };

const teacher = (name: string, line: string, mailbox: string) => ({
  type: 'list',
  title: name,
  subtitle: line,
  anchor: { href: `mailto:${mailbox}@example.edu` },
});

test('Teachers: nobody found, then a misspelled subject, shown to the end, then one of them by name', async () => {
  const chat = campus.conversation();
  expect(
    await chat.turn('faculty', 'Who teaches xqzzv?', { intent: 'faculty.find', heard: { faculty_query: 'xqzzv' } }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I can't find a teacher for “xqzzv”."),
        says('You can ask for a name, a subject or a department.'),
      ],
    },
    pageInfo: asksAgain('faculty_query'),
    sessionInfo: results(0, 0),
  });

  expect(await chat.turn('faculty', 'mathmatics', { form: { faculty_query: 'mathmatics' } })).toEqual(
    told(
      'I found 6 teachers. The first 3: Dnyanada Pethkar, Lecturer in Mathematics and Statistics; ' +
        'Dr. Vasant Nimgaonkar, Professor and Head of Department in Mathematics and Statistics; ' +
        'Dr. Sulabha Teredkar, Professor in Mathematics and Statistics. Say “show more” for the next.',
      [
        teacher('Dnyanada Pethkar', 'Lecturer, Mathematics and Statistics. Banyan Block, room 228', 'dnyanada.pethkar'),
        teacher(
          'Dr. Vasant Nimgaonkar',
          'Professor and Head of Department, Mathematics and Statistics. Banyan Block, room 222',
          'vasant.nimgaonkar',
        ),
        teacher(
          'Dr. Sulabha Teredkar',
          'Professor, Mathematics and Statistics. Banyan Block, room 223',
          'sulabha.teredkar',
        ),
      ],
      [6, 3],
    ),
  );
  expect(await chat.turn('faculty', 'show more', MORE)).toEqual(
    told(
      'The last 3 of 6 teachers: Dr. Kaustubh Mirajdar, Associate Professor in Mathematics and Statistics; ' +
        'Dr. Farida Motlani, Assistant Professor in Mathematics and Statistics; ' +
        'Eknath Warudkar, Assistant Professor in Mathematics and Statistics. That was all.',
      [
        teacher(
          'Dr. Kaustubh Mirajdar',
          'Associate Professor, Mathematics and Statistics. Banyan Block, room 224',
          'kaustubh.mirajdar',
        ),
        teacher(
          'Dr. Farida Motlani',
          'Assistant Professor, Mathematics and Statistics. Banyan Block, room 226',
          'farida.motlani',
        ),
        teacher(
          'Eknath Warudkar',
          'Assistant Professor, Mathematics and Statistics. Banyan Block, room 227',
          'eknath.warudkar',
        ),
      ],
      [6, 6],
    ),
  );
  expect(await chat.turn('faculty', 'show more', MORE)).toEqual({ ...THAT_WAS_ALL, sessionInfo: results(6, 6) });

  expect(
    await chat.turn('faculty', 'Tell me about Torvani', {
      intent: 'faculty.find',
      heard: { faculty_query: { name: 'Torvani', original: 'Torvani' } },
    }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'Dr. Ashwini Torvane is Professor in Computer Science and teaches machine learning, deep learning, ' +
            'artificial intelligence, computer vision. Students can come on Tuesdays, 11:00 to 13:00, ' +
            'to Sahyadri Building, room 323, or write to ashwini.torvane@example.edu.',
        ),
        cards([
          {
            type: 'info',
            title: 'Dr. Ashwini Torvane',
            subtitle: 'Professor, Computer Science. Sahyadri Building, room 323',
            anchor: { href: 'mailto:ashwini.torvane@example.edu' },
          },
        ]),
      ],
    },
    sessionInfo: results(1, 1),
  });
});

const book = (title: string, line: string) => ({ type: 'list', title, subtitle: line });

test('Books: nothing found, then a misspelled title, then a subject with several books', async () => {
  const chat = campus.conversation();
  expect(
    await chat.turn('library', 'Do you have Shakespeare?', {
      intent: 'library.find',
      heard: { book_query: 'Shakespeare' },
    }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I can't find a book for “Shakespeare”."),
        says('You can ask for a title, an author or a subject.'),
      ],
    },
    pageInfo: asksAgain('book_query'),
    sessionInfo: results(0, 0),
  });

  expect(await chat.turn('library', 'midnights chidren', { form: { book_query: 'midnights chidren' } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says("Midnight's Children, by Salman Rushdie (1981), stands at F1-116. 1 of 2 copies is free now."),
        cards([{ type: 'info', title: "Midnight's Children", subtitle: 'Salman Rushdie. F1-116: 1 free now' }]),
      ],
    },
    sessionInfo: results(1, 1),
  });

  expect(
    await chat.turn('library', 'Anything on Python?', { intent: 'library.find', heard: { book_query: 'Python' } }),
  ).toEqual(
    told(
      'I found 3 books: Fluent Python by Luciano Ramalho, 3 free now; Python Crash Course by Eric Matthes, 1 free now; ' +
        'Data Science from Scratch by Joel Grus, 1 free now.',
      [
        book('Fluent Python', 'Luciano Ramalho. C1-106: 3 free now'),
        book('Python Crash Course', 'Eric Matthes. C1-105: 1 free now'),
        book('Data Science from Scratch', 'Joel Grus. C1-126: 1 free now'),
      ],
      [3, 3],
    ),
  );
});

const club = (title: string, subtitle: string, id: string) => ({
  type: 'list',
  title,
  subtitle,
  anchor: { href: `mailto:club-${id}@example.edu` },
});

test('Clubs: which topics there are, nothing found, one topic shown to the end, a misspelled club', async () => {
  const chat = campus.conversation();
  const topics = [
    ...['Sport', 'Technology', 'Art', 'Games', 'Music', 'Science', 'Service', 'Business', 'Dance', 'Environment'],
    ...['Literature', 'Speaking', 'Theatre', 'Film', 'Food', 'Languages', 'Outdoor', 'Wellbeing'],
  ];
  expect(await chat.turn('clubs', 'Which clubs are there?', { intent: 'clubs.find' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says('There are 42 clubs, for sport, technology, art, games, music and 13 other topics. What interests you?'),
        cards(chips(...topics)),
      ],
    },
    sessionInfo: { parameters: { results_total: null, results_shown: null, more: null } },
  });

  expect(await chat.turn('clubs', 'xqzzv', { form: { club_query: 'xqzzv' } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I can't find a club for “xqzzv”."),
        says('There are clubs for sport, technology, art, games, music and 13 other topics. What interests you?'),
      ],
    },
    pageInfo: asksAgain('club_query'),
    sessionInfo: results(0, 0),
  });

  expect(await chat.turn('clubs', 'technology', { form: { club_query: 'technology' } })).toEqual(
    told(
      'I found 5 clubs. The first 3: Neural Network Club, Thursdays at 17:30, Sahyadri Building, lab 304; ' +
        'Null Pointers, Tuesdays at 17:30, Sahyadri Building, lab 302; ' +
        'Team Vegavan Racing, Daily at 17:00, Workshop Building, bay 1. Say “show more” for the next.',
      [
        club('Neural Network Club', 'Thursdays at 17:30. Sahyadri Building, lab 304', 'ai'),
        club('Null Pointers', 'Tuesdays at 17:30. Sahyadri Building, lab 302', 'coding'),
        club('Team Vegavan Racing', 'Daily at 17:00. Workshop Building, bay 1', 'racing'),
      ],
      [5, 3],
    ),
  );
  expect(await chat.turn('clubs', 'show more', MORE)).toEqual(
    told(
      'The last 2 of 5 clubs: Yantra Robotics Team, Mondays, Wednesdays and Fridays at 17:00, Workshop Building, bay 4; ' +
        'Zero Day Security Group, Saturdays at 15:00, Sahyadri Building, lab 306. That was all.',
      [
        club('Yantra Robotics Team', 'Mondays, Wednesdays and Fridays at 17:00. Workshop Building, bay 4', 'robotics'),
        club('Zero Day Security Group', 'Saturdays at 15:00. Sahyadri Building, lab 306', 'security'),
      ],
      [5, 5],
    ),
  );
  expect(await chat.turn('clubs', 'show more', MORE)).toEqual({ ...THAT_WAS_ALL, sessionInfo: results(5, 5) });

  expect(
    await chat.turn('clubs', 'And crickett?', { intent: 'clubs.find', heard: { club_query: 'crickett' } }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          "Cricket Club: Nets, matches between departments, and women's and men's college teams. " +
            'It meets Monday to Friday at 6:30, Cricket Ground. Write to club-cricket@example.edu to join.',
        ),
        cards([
          {
            type: 'info',
            title: 'Cricket Club',
            subtitle: 'Monday to Friday at 6:30. Cricket Ground',
            anchor: { href: 'mailto:club-cricket@example.edu' },
          },
        ]),
      ],
    },
    sessionInfo: results(1, 1),
  });
});
