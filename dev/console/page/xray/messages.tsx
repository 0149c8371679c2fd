import type { MessageView, TurnView } from '../../api.ts';
import { CopyButton } from './copy.tsx';
import { JsonView } from './json.tsx';
import { Nothing, Panel } from './panel.tsx';
import { count } from './words.ts';

/** The queue of messages as it was sent, in order. */
export function Messages({ turn }: { readonly turn: TurnView }) {
  const { messages } = turn;
  return (
    <Panel id="messages" title="Messages" note={count(messages.length, 'message')} isOpen={false}>
      {messages.length === 0 ? (
        <Nothing>The agent said nothing.</Nothing>
      ) : (
        <ol class="queue">
          {messages.map((message, index) => (
            <li key={index}>
              <p class="panel-tools">
                <span class="tag accent">{message.kind}</span>
                <span class="tag">{message.responseType}</span>
                {message.channel && <span class="tag">for {message.channel} alone</span>}
                <CopyButton what={`message ${index + 1}`} text={JSON.stringify(sent(message), null, 2)} />
              </p>
              <JsonView value={sent(message)} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** The `ResponseMessage`, as an answer of CX has it. */
function sent({ kind, content, channel, responseType }: MessageView) {
  return { [kind]: content, responseType, ...(channel && { channel }) };
}
