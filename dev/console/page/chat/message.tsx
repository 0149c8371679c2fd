import type { ComponentChildren } from 'preact';
import type { Json, JsonObject } from '../../../emulator/agent.ts';
import type { MessageView } from '../../api.ts';
import { RichContent } from './elements.tsx';
import { Icon, type IconName } from './icons.tsx';
import { isEmpty, listOf, textOf } from './json.ts';
import { linkOf } from './links.ts';
import { Markdown } from './markup.tsx';
import { Source } from './source.tsx';
import { Speech } from './speech.tsx';

/** One `ResponseMessage` of any kind (response_message.proto). */
export function Message({ message }: { readonly message: MessageView }) {
  return (
    <div class="message">
      <Content {...message} />
      {message.channel && <span class="tag">channel {message.channel}</span>}
    </div>
  );
}

function Content({ kind, content }: MessageView) {
  switch (kind) {
    case 'text':
      return (
        <div class="bubble">
          <Markdown text={listOf(content.text).map(textOf).join('\n\n')} />
        </div>
      );
    case 'payload':
      return <Payload content={content} />;
    case 'outputAudioText':
      return (
        <div class="bubble spoken">
          <span class="kind">
            <Icon name="sound" /> Spoken
          </span>
          {textOf(content.ssml) === '' ? <p>{textOf(content.text)}</p> : <Speech ssml={textOf(content.ssml)} />}
        </div>
      );
    case 'playAudio':
      return (
        <Happening icon="sound" what="Plays" data={without(content, 'audioUri')}>
          <Address value={content.audioUri} />
        </Happening>
      );
    case 'mixedAudio':
      return <Happening icon="sound" what="Plays recorded and spoken audio" data={content} />;
    case 'telephonyTransferCall':
      return (
        <Happening icon="call" what="Transfers the call to" data={without(content, 'phoneNumber')}>
          <b>{textOf(content.phoneNumber)}</b>
        </Happening>
      );
    case 'liveAgentHandoff':
      return <Happening icon="person" what="Hands over to a person" data={content} />;
    case 'conversationSuccess':
      return <Happening icon="done" what="Calls the conversation a success" data={content} />;
    case 'endInteraction':
      return <Happening icon="end" what="Ends the interaction" data={content} />;
    case 'knowledgeInfoCard':
      return <Happening icon="card" what="Shows a knowledge card" data={content} />;
    case 'toolCall':
      return <Happening icon="tool" what="Calls a tool" data={content} />;
    default:
      return <Happening icon="card" what={`A message of the kind ${kind}`} data={content} />;
  }
}

/** Cards of Messenger; beside them, and without them, whatever else stands in the payload. */
function Payload({ content }: { readonly content: JsonObject }) {
  if (!Array.isArray(content.richContent)) {
    return (
      <div class="card">
        <div class="element named">
          <p class="element-title">Custom payload</p>
          <Source label="Its fields" data={content} open />
        </div>
      </div>
    );
  }
  const others = without(content, 'richContent');
  return (
    <>
      <RichContent cards={listOf(content.richContent)} />
      {!isEmpty(others) && <Source label="More in the payload" data={others} />}
    </>
  );
}

/** A line for what an integration does, and the page only tells. */
function Happening(props: {
  readonly icon: IconName;
  readonly what: string;
  readonly data: JsonObject;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="happening">
      <Icon name={props.icon} />
      <div>
        <p>
          {props.what} {props.children}
        </p>
        {!isEmpty(props.data) && <Source label="With this data" data={props.data} />}
      </div>
    </div>
  );
}

function Address({ value }: { readonly value: Json | undefined }) {
  const href = linkOf(value);
  if (href === null) return <b>{textOf(value)}</b>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {textOf(value)}
    </a>
  );
}

function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = object;
  return rest;
}
