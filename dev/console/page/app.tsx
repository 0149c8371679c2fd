import { Chat } from './chat/chat.tsx';
import { closeReplay, keepReplay } from './chat/conversation.ts';
import { Header } from './chat/header.tsx';
import { Notices } from './chat/notices.tsx';
import { FlowMapView } from './map/map.tsx';
import { agent, isWide, replay, session, shownTurn, view } from './state.ts';
import { ReplayView } from './work/replay.tsx';
import { XRay } from './xray/xray.tsx';

/** The whole page: a header, the chat, and beside it what explains it. */
export function App() {
  return (
    <div class="shell">
      <Header />
      <Notices />
      <main class="panes">
        <section class="pane chat-pane" aria-label="Chat" hidden={!isWide.value && view.value !== 'chat'}>
          <Chat />
        </section>
        <section class="pane side-pane" aria-label={NAMES[view.value]} hidden={!isWide.value && view.value === 'chat'}>
          <Side />
        </section>
      </main>
    </div>
  );
}

const NAMES = { chat: 'X-ray', xray: 'X-ray', map: 'Map', replay: 'Replay' } as const;

function Side() {
  const turn = shownTurn.value;
  if (view.value === 'replay' && replay.value) {
    return <ReplayView replay={replay.value} onKeep={() => void keepReplay()} onClose={closeReplay} />;
  }
  if (view.value === 'map' && agent.value) return <FlowMapView agent={agent.value} current={turn ?? session.value} />;
  if (session.value && turn) return <XRay turn={turn} session={session.value} />;
  return (
    <div class="empty">
      <h2>X-ray</h2>
      <p>
        Say something: each turn is explained here. What was understood, which routes were looked at, what was called.
      </p>
    </div>
  );
}
