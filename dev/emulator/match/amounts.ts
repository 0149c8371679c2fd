import type { Json } from '../agent.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { baseLanguage, type Circumstances, type Found } from './found.ts';
import { memo } from './memo.ts';
import { findNumbers, type NumberFound } from './numbers.ts';
import { wordsOf } from './words.ts';

/** What stands after a number, and its abbreviation (UCUM, as Dialogflow writes durations). English. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^\s*-?(?:seconds?|secs?|s)\b/i, 's'],
  [/^\s*-?(?:minutes?|mins?)\b/i, 'min'],
  [/^\s*-?(?:hours?|hrs?|h)\b/i, 'h'],
  [/^\s*-?days?\b/i, 'day'],
  [/^\s*-?(?:weeks?|wks?)\b/i, 'wk'],
  [/^\s*-?(?:months?|mos?)\b/i, 'mo'],
  [/^\s*-?(?:years?|yrs?)\b/i, 'yr'],
];
const ONE = /\b(?:an?)(?=\s)/gi;
const SYMBOLS: Readonly<Record<string, string>> = {
  $: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  '₩': 'KRW',
};
/** Short names that several currencies share, and who is mostly meant. English. */
const SHORT: readonly (readonly [string, string])[] = [
  ['dollar', 'USD'],
  ['dollars', 'USD'],
  ['buck', 'USD'],
  ['bucks', 'USD'],
  ['pound', 'GBP'],
  ['pounds', 'GBP'],
  ['yen', 'JPY'],
  ['rupee', 'INR'],
  ['rupees', 'INR'],
  ['franc', 'CHF'],
  ['francs', 'CHF'],
];
const currenciesIn = memo((language): Dictionary => createDictionary(currencyNames(language), false));

/** `{ amount, unit }`: `10 days`, `a minute`. */
export function findDurations(text: string, circumstances: Circumstances): Found[] {
  const ones = [...text.matchAll(ONE)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    resolved: 1,
  }));
  return [...findNumbers(text, circumstances), ...ones].flatMap(({ start, end, resolved: amount }) => {
    const after = text.slice(end);
    const [pattern, unit] = UNITS.find(([unitPattern]) => unitPattern.test(after)) ?? [];
    return pattern ? [{ start, end: end + pattern.exec(after)![0].length, resolved: { amount, unit: unit! } }] : [];
  });
}

/** `{ amount, currency, original }`, the currency by ISO 4217: `$15`, `fifty euros`, `10 CHF`. */
export function findMoney(text: string, circumstances: Circumstances): Found[] {
  const names = findCurrencies(text, circumstances);
  const isBeside = (from: number, to: number) => from <= to && text.slice(from, to).trim() === '';
  return findNumbers(text, circumstances).flatMap((number) => {
    const name =
      names.find((found) => isBeside(number.end, found.start)) ??
      names.find((found) => isBeside(found.end, number.start));
    if (!name || number.isOrdinal) return [];
    const start = Math.min(number.start, name.start);
    const end = Math.max(number.end, name.end);
    return [
      { start, end, resolved: { amount: number.resolved, currency: name.resolved, original: text.slice(start, end) } },
    ];
  });
}

/** A currency's code by ISO 4217, for its name, its code or its symbol. */
export function findCurrencies(text: string, { languageCode }: Circumstances): Found[] {
  const symbols = [...text.matchAll(/\p{Sc}/gu)].flatMap(({ 0: symbol, index }) => {
    const resolved = SYMBOLS[symbol];
    return resolved ? [{ start: index, end: index + symbol.length, resolved }] : [];
  });
  return [...symbols, ...currenciesIn(baseLanguage(languageCode)).find(wordsOf(text))];
}

/** `20%` */
export function findPercentages(text: string, circumstances: Circumstances): Found[] {
  return findNumbers(text, circumstances).flatMap((number: NumberFound) => {
    const [sign] = /^\s*(?:%|per ?cent\b)/i.exec(text.slice(number.end)) ?? [];
    return sign ? [{ ...number, end: number.end + sign.length, resolved: `${number.resolved}%` }] : [];
  });
}

/** Every currency's name in one and in many, as ICU has them, and its code. */
function currencyNames(language: string): [string, Json][] {
  const names = Intl.supportedValuesOf('currency').flatMap((code) =>
    [1, 2].map((amount): [string, Json] => {
      const format = new Intl.NumberFormat(language, { style: 'currency', currency: code, currencyDisplay: 'name' });
      return [format.formatToParts(amount).find((part) => part.type === 'currency')!.value, code];
    }),
  );
  // Codes that are words as well (`TOP`, `ALL`, `TRY`) would be found everywhere.
  const codes = ['USD', 'EUR', 'GBP', 'JPY', 'INR', 'CHF', 'CAD', 'AUD', 'CNY', 'KRW'].map((code): [string, Json] => [
    code,
    code,
  ]);
  return [...names, ...codes, ...(language === 'en' ? SHORT.map(([name, code]): [string, Json] => [name, code]) : [])];
}
