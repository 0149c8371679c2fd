import { expect, test } from '@jest/globals';
import { createRetryBudget } from '../../../shared/upstream/retry-budget.ts';

/** How many of so many attempts to spend succeed. */
const spendAll = (budget: ReturnType<typeof createRetryBudget>, attempts = 100) =>
  Array.from({ length: attempts }, () => budget.spend()).filter(Boolean).length;

test('A new process may retry three times before it has earned anything.', () => {
  expect(spendAll(createRetryBudget())).toBe(3);
});

test('Then each ten calls earn two retries.', () => {
  const budget = createRetryBudget();
  spendAll(budget);
  for (let i = 0; i < 10; i++) budget.earn();
  expect(spendAll(budget)).toBe(2);
});

test('A thousand good calls save up no more than three.', () => {
  const budget = createRetryBudget();
  for (let i = 0; i < 1000; i++) budget.earn();
  expect(spendAll(budget)).toBe(3);
});
