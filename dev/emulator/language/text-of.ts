import type { Json, JsonObject } from '../agent.ts';
import { isList, isObject } from './reference.ts';

/**
 * How a value reads in a text. Seen in recorded conversations of CX agents: a date is `2021-03-05`, a time `17:00:00`, a list of
 * one its element, a number as in JSON, `@sys.unit-currency` `15 USD`. UNCONFIRMED: a date with a time is `2021-03-05T17:00:00`,
 * the elements of a longer list have ", " between them, other units read like a currency, other objects are JSON.
 */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (isList(value)) return value.map(textOf).join(', ');
  if (!isObject(value)) return JSON.stringify(value);
  return momentText(value) ?? amountText(value) ?? JSON.stringify(value);
}

/** `null`: it is no date and no time. */
export function momentText(value: JsonObject): string | null {
  const { year, month, day, hours } = value;
  const date = isWhole(year) && isWhole(month) && isWhole(day) ? `${pad(year, 4)}-${pad(month)}-${pad(day)}` : '';
  const time = isWhole(hours)
    ? [hours, value.minutes, value.seconds].map((part) => pad(isWhole(part) ? part : 0)).join(':')
    : '';
  return date && time ? `${date}T${time}` : date || time || null;
}

function amountText({ amount, currency, unit }: JsonObject): string | null {
  const what = currency ?? unit;
  return typeof amount === 'number' && typeof what === 'string' ? `${amount} ${what}` : null;
}

function isWhole(value: Json | undefined): value is number {
  return Number.isInteger(value);
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}
