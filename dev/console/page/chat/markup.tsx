import createPurifier, { type Config } from 'dompurify';
import { marked } from 'marked';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * The one place where words of an agent, a person or a webhook become elements: through DOMPurify, as nodes, never as HTML
 * that is read a second time. No styles, ids or classes get through: they could dress up as the console itself.
 */
const purifier = createPurifier(window);
purifier.addHook('afterSanitizeAttributes', (element) => {
  if (element.hasAttribute('href')) {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer');
  }
  if (element.tagName === 'IMG') {
    element.setAttribute('referrerpolicy', 'no-referrer');
    if (!element.hasAttribute('alt')) element.setAttribute('alt', '');
  }
});

const RULES: Config & { RETURN_DOM_FRAGMENT: true } = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'option',
    'dialog',
    'audio',
    'video',
    'source',
  ],
  FORBID_ATTR: ['style', 'id', 'class', 'name', 'srcset', 'popover', 'popovertarget', 'tabindex', 'accesskey', 'role'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
  RETURN_DOM_FRAGMENT: true,
};

/** Text of a message: Messenger shows Markdown in it. */
export function Markdown({ text }: { readonly text: string }) {
  return <Markup html={marked.parse(text, { async: false, gfm: true, breaks: true })} />;
}

/** Markup that an agent sent, cleaned. */
export function Markup({ html }: { readonly html: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.replaceChildren(purifier.sanitize(html, RULES));
  }, [html]);
  return <div class="prose" ref={box} />;
}
