import { expect, test } from '@jest/globals';
import { isGrounded } from '../../../shared/campus/grounded.ts';

const FACTS = [
  'The fee for hostel is ₹38,000 per semester.',
  'Dr. Ashwini Torvane, Professor in Computer Science, teaches machine learning. Office Sahyadri Building, room 323, ashwini.torvane@example.edu.',
];

test.each([
  'The hostel costs ₹38,000 a semester.',
  'You pay 38000 rupees per semester.',
  'Yes. Dr. Ashwini Torvane teaches it; her office is room 323 in the Sahyadri Building.',
  'Write to ashwini.torvane@example.edu.',
  'Unfortunately, I do not know that.',
  'It is ３８,０００ rupees.',
])('is in the facts: %s', (answer) => {
  expect(isGrounded(answer, FACTS)).toBe(true);
});

test.each([
  ['a fee', 'The hostel costs ₹35,000 a semester.'],
  ['a fee with a fraction', 'The hostel costs ₹38,000.50 a semester.'],
  ['a number in other digits', 'The hostel costs ₹३८,५००.'],
  ['what the question said', 'Yes, the hostel fee is ₹5.'],
  ['perhaps a name, in a script without capitals', 'हॉस्टल का शुल्क ₹38,000 है।'],
  ['a name', 'Dr. Rohan Mehta teaches machine learning.'],
  ['a name at the beginning', 'Mehta teaches machine learning.'],
  ['half of a name', 'Dr. Ashwini Mehta teaches machine learning.'],
  ['a place', 'She is in the Deccan Building.'],
  ['an e-mail address', 'Write to a.torvane@example.edu.'],
  ['a web address', 'See https://example.edu/hostel for more.'],
  ['a date', 'The fee is ₹38,000, due on 15 December.'],
])('made up %s: %s', (_, answer) => {
  expect(isGrounded(answer, FACTS)).toBe(false);
});
