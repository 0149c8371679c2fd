/** Lines on a grid of 24. The name of what they stand for is the button's, so they are hidden from screen readers. */
const PATHS = {
  send: 'M5 12h13M12 5l7 7-7 7',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  chats: 'M4 5h12v9H9l-3.5 3v-3H4zM19 9h1.5v8.5H19v2.5l-3-2.5h-5',
  bin: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  system: 'M3.5 5h17v11.5h-17zM9 20h6M12 16.5V20',
  light:
    'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  dark: 'M20 14.5A8.5 8.5 0 019.5 4a8.5 8.5 0 1010.5 10.5z',
  event: 'M13 2.5L5 13.5h6l-1 8 8-11h-6z',
  keypad:
    'M5.2 6a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM11.2 6a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM17.2 6a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM5.2 12a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM11.2 12a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM17.2 12a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM5.2 18a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM11.2 18a.8.8 0 101.6 0 .8.8 0 10-1.6 0zM17.2 18a.8.8 0 101.6 0 .8.8 0 10-1.6 0z',
  silence: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5',
  parameters: 'M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5',
  fault: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17h.01',
  back: 'M9 6L4 11l5 5M4.5 11H14a5.5 5.5 0 010 11h-2',
  fork: 'M7 8v8M7 8a2.5 2.5 0 110-5 2.5 2.5 0 010 5zM7 21a2.5 2.5 0 110-5 2.5 2.5 0 010 5zM17 10a2.5 2.5 0 110-5 2.5 2.5 0 010 5zM17 10c0 4-10 2-10 6',
  again: 'M4.5 6l6.5 6-6.5 6zM12.5 6l6.5 6-6.5 6z',
  save: 'M12 4v10.5M8 11l4 4 4-4M5 19.5h14',
  over: 'M4.5 12a7.5 7.5 0 102.3-5.4M4.5 3.5v4h4',
  intent: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 8.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z',
  call: 'M6 4h3.5l1.5 4.5-2 1.5a11 11 0 005 5l1.5-2 4.5 1.5V18a2 2 0 01-2 2A14 14 0 014 6a2 2 0 012-2z',
  person: 'M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20c.800-4 3.7-5.5 7.5-5.5s6.7 1.5 7.5 5.5',
  done: 'M5 12.5l4.5 4.5L19 7.5',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 010 6M18 6.5a8 8 0 010 11',
  end: 'M6 6h12v12H6z',
  tool: 'M14.5 5.5a4.5 4.5 0 015 6l-8.5 8-3.5-3.5 8-8.5zM7.5 16L4 19.5',
  card: 'M3.5 6h17v12h-17zM7 10h5M7 14h9',
  open: 'M10 5H5v14h14v-5M14 4.5h5.5V10M19 5l-8 8',
  chevron: 'M9 6l6 6-6 6',
  xray: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 9h8M8 12h5M8 15h8',
  map: 'M9 5L3.5 7v12L9 17l6 2 5.5-2V5L15 7zM9 5v12M15 7v12',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon-image" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
