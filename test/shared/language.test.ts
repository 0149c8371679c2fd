import { expect, test } from '@jest/globals';
import { inLanguage } from '../../shared/language.ts';

const texts = { en: 'Hello', hi: 'नमस्ते', pt: 'Olá', 'pt-br': 'Oi' };

test.each([
  ['hi', 'नमस्ते'],
  ['hi-IN', 'नमस्ते'],
  ['pt-BR', 'Oi'],
  ['pt-PT', 'Olá'],
  ['pt-BR-x-informal', 'Oi'],
  ['en-IN', 'Hello'],
  ['de', 'Hello'],
  ['und', 'Hello'],
  ['', 'Hello'],
  ['constructor', 'Hello'],
])('For %j it is %j.', (language, text) => {
  expect(inLanguage(texts, language)).toBe(text);
});
