import type { SessionView, TurnView } from '../../api.ts';
import '../style/xray.css';
import { Form } from './form.tsx';
import { Hidden } from './hidden.tsx';
import { Messages } from './messages.tsx';
import { Parameters } from './parameters.tsx';
import { said } from './said.ts';
import { Understood } from './understood.tsx';
import { Webhooks } from './webhooks.tsx';
import { Why } from './why.tsx';
import { duration } from './words.ts';

/** Why a turn went as it went, what matters most first. */
export function XRay({ turn, session }: { readonly turn: TurnView; readonly session: SessionView }) {
  const number = session.turns.findIndex(({ id }) => id === turn.id) + 1;
  return (
    <div class="xray">
      <header class="xray-head">
        <h2>Turn {number}</h2>
        <p class="muted">
          {said(turn)}, {duration(turn.ms)}
        </p>
      </header>
      <Hidden turn={turn} />
      <Understood turn={turn} />
      <Why turn={turn} session={session} />
      <Form turn={turn} />
      <Webhooks turn={turn} />
      <Parameters turn={turn} />
      <Messages turn={turn} />
    </div>
  );
}
