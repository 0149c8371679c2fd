import { useRef } from 'preact/hooks';
import { session, sessions } from '../state.ts';
import { saveTestCase } from './conversation.ts';
import { Icon } from './icons.tsx';

/** Asks for a name, and hands over the conversation as a test case. */
export function SaveTestCase({ isOff }: { readonly isOff: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = sessions.value.find(({ id }) => id === session.value?.id)?.title;
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        disabled={isOff}
        title="Save as test case"
        onClick={() => dialog.current?.showModal()}
      >
        <Icon name="save" />
        <span class="label">Save as test case</span>
      </button>
      <dialog class="dialog" ref={dialog} aria-labelledby="save-title">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            dialog.current?.close();
            void saveTestCase(String(new FormData(event.currentTarget).get('name')).trim());
          }}
        >
          <h2 id="save-title">Save as test case</h2>
          <p class="muted">
            A file for <code>testCases/</code> of the export: what was said, and what the agent answered.
          </p>
          <label class="field">
            Name
            <input
              class="input"
              name="name"
              required
              pattern=".*\S.*"
              maxLength={120}
              value={title || 'Conversation'}
            />
          </label>
          <div class="dialog-actions">
            <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" class="button primary">
              Save
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
