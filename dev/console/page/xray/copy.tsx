import { useEffect, useRef, useState } from 'preact/hooks';

/** Milliseconds for which a button says what came of it. */
const TOLD = 2000;

/** Copies a text, and says whether it did. `what` completes the button's name: `Copy the request`. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, say] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy() {
    say((await copyText(text)) ? 'Copied' : 'Not copied');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(null), TOLD);
  }

  return (
    <span class="copy">
      <button type="button" class="button small quiet" aria-label={`Copy ${what}`} onClick={() => void copy()}>
        {said ?? 'Copy'}
      </button>
      <span class="visually-hidden" role="status">
        {said}
      </span>
    </span>
  );
}

/** To the clipboard; where a browser does not let a page do that, by a selection, as pages did before. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.className = 'visually-hidden';
    area.value = text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return isCopied;
  }
}
