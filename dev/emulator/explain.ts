import type { Json, Target } from './agent.ts';
import type { WebhookOutcome } from './call/effect.ts';
import type { Place, Read, TraceEvent } from './trace.ts';

/**
 * Why a turn went as it went, a line per step, for people.
 *
 * @example explain(result.trace)
 * // ['route     intent weather, of the flow Default Start Flow: goes to the flow Weather', ...]
 */
export function explain(trace: readonly TraceEvent[]): readonly string[] {
  return trace.flatMap((event) => {
    const { verb, what } = describe(event);
    return what === '' ? [] : [`${verb.padEnd(9)} ${what}`];
  });
}

/** One step: what kind it is of, and what happened. */
export function describe(event: TraceEvent): { readonly verb: string; readonly what: string } {
  switch (event.kind) {
    case 'enter':
      return { verb: 'enters', what: pageOf(event) };
    case 'return':
      return {
        verb: 'returns',
        what: `from the flow ${event.from} to ${pageOf({ flow: event.to, page: event.page })}`,
      };
    case 'route':
      return { verb: 'route', what: describeRoute(event) };
    case 'event':
      return {
        verb: 'event',
        what: event.handler
          ? `${event.event}: handled by ${event.handler.event} ${placeOf(event.handler.place)}${goingTo(event.handler.target)}`
          : `${event.event}: nobody handles it`,
      };
    case 'case':
      return { verb: 'case', what: `${event.condition ?? 'else'}: ${verdict(event.holds, event.reads)}` };
    case 'fill':
      return { verb: 'fills', what: `${event.parameter} = ${JSON.stringify(event.value)}` };
    case 'prompt':
      return { verb: 'asks for', what: event.parameter };
    case 'set':
      return { verb: event.value === null ? 'removes' : 'sets', what: describeSetting(event) };
    case 'message':
      return { verb: 'says', what: describeMessage(event.message) };
    case 'webhook':
      return {
        verb: 'webhook',
        what: `${event.call.webhook.displayName}, tag ${event.call.tag}: ${describeOutcome(event.outcome)}`,
      };
    case 'hidden':
      return { verb: 'hidden', what: event.message };
    case 'unsupported':
      return { verb: 'not here', what: event.message };
  }
}

function describeRoute({ intent, condition, place, holds, reads, target }: TraceEvent & { kind: 'route' }): string {
  const needs = [...(intent === null ? [] : [`intent ${intent}`]), ...(condition === null ? [] : [condition])].join(
    ' and ',
  );
  return `${needs}, ${placeOf(place)}: ${verdict(holds, reads)}${holds ? goingTo(target) : ''}`;
}

function verdict(holds: boolean, reads: readonly Read[]): string {
  const seen = reads.map(({ reference, value }) => `${reference} is ${shownValue(value)}`).join(', ');
  return `${holds ? 'holds' : 'does not hold'}${seen === '' ? '' : ` (${seen})`}`;
}

function describeSetting({ scope, parameter, value, by }: TraceEvent & { kind: 'set' }): string {
  const name = scope === 'flow' ? `$flow.${parameter}` : parameter;
  return `${value === null ? name : `${name} = ${JSON.stringify(value)}`} (${by})`;
}

/** A text in its words; of the other kinds the name and the JSON. */
export function describeMessage({
  kind,
  content,
}: {
  readonly kind: string;
  readonly content: { readonly [name: string]: Json };
}): string {
  return kind === 'text' && Array.isArray(content.text) ? content.text.join(' ') : `${kind} ${JSON.stringify(content)}`;
}

function describeOutcome(outcome: WebhookOutcome): string {
  switch (outcome.kind) {
    case 'skipped':
      return {
        disabled: 'not called, it is disabled',
        off: 'not called, webhooks are off',
        nobody: 'not called, no function here answers it',
      }[outcome.reason];
    case 'failed':
      return `${outcome.event}: ${outcome.problem}`;
    case 'answered': {
      const { attempts } = outcome.exchange;
      const ms = attempts.reduce((sum, each) => sum + each.ms, 0);
      return `${outcome.httpStatus} in ${Math.round(ms)} ms${attempts.length > 1 ? `, asked ${attempts.length} times` : ''}`;
    }
  }
}

function pageOf({ flow, page }: { readonly flow: string; readonly page: string | null }): string {
  return `${page ?? 'Start Page'} of the flow ${flow}`;
}

function placeOf({ flow, page, parameter, group }: Place): string {
  const holder = page === null ? `the flow ${flow}` : `the page ${page}`;
  const of = parameter === undefined ? holder : `the parameter ${parameter} of ${holder}`;
  return `of ${of}${group === undefined ? '' : ` by the group ${group}`}`;
}

function goingTo(target: Target | null): string {
  return target === null ? '' : `, goes to ${describeTarget(target)}`;
}

/** A target in words: `the page Order`. */
export function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'page':
      return `the page ${target.page}`;
    case 'flow':
      return `the flow ${target.flow}`;
    case 'symbolic':
      return target.symbolic;
    case 'playbook':
      return `the playbook ${target.playbook}`;
  }
}

const shownValue = (value: Json | undefined) => (value === undefined ? 'not set' : JSON.stringify(value));
