import { useRef } from 'preact/hooks';
import type { SessionSummary } from '../../api.ts';
import { agent, session, sessions } from '../state.ts';
import { busy, remove, startNew, switchTo } from './conversation.ts';
import { Icon } from './icons.tsx';

/** All conversations, the newest first, and a form for a new one. */
export function Sessions() {
  const menu = useRef<HTMLElement>(null);
  const close = () => menu.current?.hidePopover();
  return (
    <>
      <button type="button" class="button quiet" popovertarget="sessions">
        <Icon name="chats" />
        <span class="label">Conversations</span>
        <span class="tag">{sessions.value.length}</span>
      </button>
      <section class="menu" id="sessions" popover="auto" aria-label="Conversations" ref={menu}>
        <h2>Conversations</h2>
        <ul class="session-list">
          {sessions.value.toReversed().map((each) => (
            <Row summary={each} key={each.id} onDone={close} />
          ))}
        </ul>
        <NewConversation onDone={close} />
      </section>
    </>
  );
}

function Row({ summary, onDone }: { readonly summary: SessionSummary; readonly onDone: () => void }) {
  const isCurrent = session.value?.id === summary.id;
  const title = summary.title || (summary.turns === 0 ? 'Nothing said yet' : 'Nothing said in words');
  return (
    <li class="session-row">
      <button
        type="button"
        class="session"
        aria-current={isCurrent ? 'true' : undefined}
        disabled={busy.value !== null}
        onClick={() => {
          onDone();
          if (!isCurrent) void switchTo(summary.id);
        }}
      >
        <span class="session-title">{title}</span>
        <span class="session-turns">{summary.turns === 1 ? '1 turn' : `${summary.turns} turns`}</span>
      </button>
      <button
        type="button"
        class="button quiet icon small"
        aria-label={`Delete the conversation "${title}"`}
        disabled={busy.value !== null}
        onClick={() => void remove(summary.id)}
      >
        <Icon name="bin" />
      </button>
    </li>
  );
}

function NewConversation({ onDone }: { readonly onDone: () => void }) {
  const { languageCodes = [], defaultLanguageCode = '', channels = [] } = agent.value ?? {};
  return (
    <form
      class="new-session"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        const [languageCode, channel] = [String(fields.get('language') ?? ''), String(fields.get('channel') ?? '')];
        onDone();
        void startNew({ ...(languageCode && { languageCode }), ...(channel && { channel }) });
      }}
    >
      <label class="field">
        Language
        <select class="input" name="language">
          {languageCodes.map((code) => (
            <option value={code} selected={code === defaultLanguageCode} key={code}>
              {nameOfLanguage(code)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Channel
        <select class="input" name="channel">
          <option value="">none</option>
          {channels.map((channel) => (
            <option value={channel} key={channel}>
              {channel}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button primary" disabled={busy.value !== null}>
        <Icon name="plus" />
        New conversation
      </button>
    </form>
  );
}

function nameOfLanguage(code: string): string {
  try {
    return `${new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code} (${code})`;
  } catch {
    return code; // no language tag
  }
}
