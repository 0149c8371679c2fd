import { setTimeout as wait } from 'node:timers/promises';
import { createSessions } from '../../../dev/console/sessions.ts';
import '../../../dev/console/take.ts';

/** Begins a conversation with an agent that cannot be read: in a process of its own, because Node ends it where nobody listens. */
let looks = 0;
const sessions = createSessions(() => {
  looks += 1;
  throw new Error('There is no agent.');
});
sessions.create({});
while (looks === 0) await wait(10);
await wait(100);
process.stdout.write('It is there still.\n');
