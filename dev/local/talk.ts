import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import type { Json, JsonObject, UserInput } from '../emulator/agent.ts';
import type { Fault } from '../emulator/call/faults.ts';
import { beginConversation, type Conversation } from '../emulator/emulator.ts';
import { describe, describeMessage, explain } from '../emulator/explain.ts';
import type { TurnResult } from '../emulator/step.ts';
import { openAgentWebhooks } from './agent-webhooks.ts';
import { openAgent } from './open-agent.ts';

export interface TalkOptions {
  /** `local`, `off` or a URL. */
  readonly webhooks: string;
  readonly fault: readonly Fault[];
  readonly language?: string;
  readonly trace?: true;
}

const HELP = `Type what a person would say; an empty line is no input.
  /event NAME        raise an event
  /dtmf 12#          press keys
  /set NAME=VALUE    set a session parameter before the next turn; VALUE is JSON or text
  /parameters        show the session parameters
  /why               say why the last turn went as it went
  /back              take the last turn back
  /restart           begin again
  /quit              end, as Ctrl-D does
`;

/** `cx talk`: reads a turn from each line of standard input, until it ends. */
export async function talk(path: string, { webhooks: who, fault, language, trace }: TalkOptions): Promise<void> {
  const agent = openAgent(path);
  const webhooks = await openAgentWebhooks({ webhooks: who, faults: fault });
  const begin = () => beginConversation(agent, { call: webhooks.call, ...(language && { languageCode: language }) });
  const { stdin, stdout } = process;
  const lines = createInterface({ input: stdin, ...(stdin.isTTY && { output: stdout }), prompt: '> ' });
  const write = (text: string) => void stdout.write(`${text}\n`);

  const past: Conversation[] = [];
  let conversation = begin();
  let last: TurnResult | null = null;
  let parameters: JsonObject = {};
  for (const { kind, where, message } of agent.findings) write(`${kind.padEnd(11)} ${where}: ${message}`);
  write(`${agent.displayName} runs here. ${stdin.isTTY ? 'Say something, or /help.' : ''}`.trim());
  let isOpen = true;
  let isBusy = false;
  lines.once('close', () => {
    isOpen = false;
    // Ctrl-C while a webhook is waited for. A shell sees 128 and the signal's number.
    if (isBusy && stdin.isTTY) process.exit(130);
  });
  const ask = () => isOpen && stdin.isTTY && lines.prompt();
  ask();
  try {
    for await (const line of lines) {
      if (!stdin.isTTY) write(`> ${line}`);
      const [command, ...words] = line.trim().split(/\s+/);
      const rest = words.join(' ');
      if (command === '/quit') break;
      if (command === '/help') write(HELP);
      else if (command === '/parameters') write(JSON.stringify(conversation.state.parameters, null, 2));
      else if (command === '/why') write(last ? explain(last.trace).join('\n') : 'Nothing was said yet.');
      else if (command === '/back') conversation = past.pop() ?? conversation;
      else if (command === '/restart') conversation = begin();
      else if (command === '/set') parameters = { ...parameters, ...readSetting(rest) };
      else {
        const input = readInput(line.trim(), command ?? '', rest);
        if (typeof input === 'string') write(input);
        else {
          past.push(conversation.fork());
          isBusy = true;
          last = await conversation.take(input, parameters);
          isBusy = false;
          parameters = {};
          write(describeTurn(last, trace === true));
        }
      }
      ask();
    }
  } finally {
    lines.close();
    await webhooks.close();
  }
}

function readInput(line: string, command: string, rest: string): UserInput | string {
  if (!command.startsWith('/')) return { kind: 'text', text: line };
  if (command === '/event' && rest !== '') return { kind: 'event', event: rest };
  if (command === '/dtmf' && /^[\d*A-D]+#?$/.test(rest)) {
    return { kind: 'dtmf', digits: rest.replace(/#$/, ''), finishDigit: rest.endsWith('#') ? '#' : '' };
  }
  return `There is no ${line}: see /help.`;
}

function readSetting(text: string): JsonObject {
  const at = text.indexOf('=');
  if (at < 1) return {};
  return { [text.slice(0, at).trim()]: readJson(text.slice(at + 1).trim()) };
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What a person sees, where the conversation is now, and what CX would not show. */
function describeTurn({ messages, trace, flow, page, intent }: TurnResult, withTrace: boolean): string {
  const dim = (text: string) => (process.stdout.isTTY ? styleText('dim', text) : text);
  const notes = trace.filter(
    (event) => event.kind === 'hidden' || event.kind === 'unsupported' || event.kind === 'webhook',
  );
  const asides = withTrace ? explain(trace) : notes.map(describe).map(({ verb, what }) => `${verb.padEnd(9)} ${what}`);
  return [
    ...messages.map((message) => `  ${describeMessage(message)}`),
    ...asides.map((line) => dim(`    ${line}`)),
    dim(`    [${flow} / ${page}${intent === null ? '' : `, intent ${intent}`}]`),
  ].join('\n');
}
