import { agent, isWide, replay, THEMES, theme, view } from '../state.ts';
import { Icon, type IconName } from './icons.tsx';
import { Sessions } from './sessions.tsx';

export function Header() {
  return (
    <header class="head">
      <h1 class="agent-name">{agent.value?.displayName ?? 'Console'}</h1>
      <Sessions />
      <Views />
      <ThemeSwitch />
    </header>
  );
}

const VIEWS = [
  ['chat', 'Chat', 'chats'],
  ['xray', 'X-ray', 'xray'],
  ['map', 'Map', 'map'],
  ['replay', 'Replay', 'again'],
] as const satisfies readonly (readonly [string, string, IconName])[];

function Views() {
  // Beside the chat, which is always there on a wide screen, the X-ray is what there is at first.
  const current = isWide.value && view.value === 'chat' ? 'xray' : view.value;
  const offered = VIEWS.filter(([name]) => (name !== 'chat' || !isWide.value) && (name !== 'replay' || replay.value));
  return (
    <nav class="views" aria-label="Views">
      {offered.map(([name, label, icon]) => (
        <button
          type="button"
          class="view"
          key={name}
          aria-current={name === current ? 'page' : undefined}
          onClick={() => {
            view.value = name;
          }}
        >
          <Icon name={icon} />
          {label}
        </button>
      ))}
    </nav>
  );
}

const THEME_NAMES = { system: 'as the machine', light: 'light', dark: 'dark' } as const;

function ThemeSwitch() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  const name = `Theme: ${THEME_NAMES[theme.value]}. Change to ${THEME_NAMES[next]}`;
  return (
    <button
      type="button"
      class="button quiet icon theme"
      aria-label={name}
      title={name}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={theme.value} />
    </button>
  );
}
