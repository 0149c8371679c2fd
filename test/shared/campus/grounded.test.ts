import { expect, test } from '@jest/globals';
import { isGrounded } from '../../../shared/campus/grounded.ts';

const SOURCES = [
  'The fee for hostel is ₹38,000 per semester.',
  'Dr. Ashwini Torvane, Professor in Computer Science, teaches machine learning. Office Sahyadri Building, room 323, ashwini.torvane@example.edu.',
  'Who teaches machine learning, and what does the hostel cost?',
];

test.each([
  'The hostel costs ₹38,000 a semester.',
  'You pay 38000 rupees per semester.',
  'Yes. Dr. Ashwini Torvane teaches it; her office is room 323 in the Sahyadri Building.',
  'Write to ashwini.torvane@example.edu.',
  'Unfortunately, I do not know that.',
  'हॉस्टल का शुल्क ₹38,000 है।',
  'It is ３８,０００ rupees.',
])('is in the sources: %s', (answer) => {
  expect(isGrounded(answer, SOURCES)).toBe(true);
});

test.each([
  ['a fee', 'The hostel costs ₹35,000 a semester.'],
  ['a fee with a fraction', 'The hostel costs ₹38,000.50 a semester.'],
  ['a number in other digits', 'हॉस्टल का शुल्क ₹३८,५०० है।'],
  ['a name', 'Dr. Rohan Mehta teaches machine learning.'],
  ['a name at the beginning', 'Mehta teaches machine learning.'],
  ['half of a name', 'Dr. Ashwini Mehta teaches machine learning.'],
  ['a place', 'She is in the Deccan Building.'],
  ['an e-mail address', 'Write to a.torvane@example.edu.'],
  ['a web address', 'See https://example.edu/hostel for more.'],
  ['a date', 'The fee is ₹38,000, due on 15 December.'],
])('made up %s: %s', (_, answer) => {
  expect(isGrounded(answer, SOURCES)).toBe(false);
});
