import { DEFAULT_PORT } from './address.ts';

/** What a function needs to show what it does. A function that is not here is tried without parameters. */
const EXAMPLES: { readonly [name: string]: string } = {
  account: '--param student_number=S1024 --param pin=4821',
  ask: '--param question="Who teaches machine learning?"',
  booking: `--param service=counselling --param date=${nextTuesday()} --param time=10:00`,
  clubs: '--param club_query=dance',
  faculty: '--param faculty_query="machine learning"',
  'fee-quote': '--param programme="Bachelor of Science" --param credits=12',
  feedback: '--text "The library closes too early before exams."',
  fees: '--param student_number=S1024 --param pin=4821',
  'first-page': '--form name=Asha --form email=asha@example.com --form phone=+912025501234',
  library: '--param book_query="introduction to algorithms"',
  router: '--tag weather --param location=Pune',
  weather: '--param location=Pune',
  welcome: '--param name=Asha',
};

/** The command that tries a function, to be pasted into a shell. */
export function tryIt(name: string, port: number): string {
  const options = [EXAMPLES[name], port !== DEFAULT_PORT && `--port ${port}`].filter(Boolean);
  return ['npm run cx -- trigger', name, ...options].join(' ');
}

/** A day on which everything is open, a week or two ahead: `2026-12-01`. */
function nextTuesday(): string {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() + 7 + ((9 - day.getUTCDay()) % 7));
  return day.toISOString().slice(0, 10);
}
