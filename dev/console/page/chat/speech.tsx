import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { Source } from './source.tsx';

/** What a voice says: SSML (W3C, Speech Synthesis Markup Language 1.1) as words, with what a reader cannot hear named. */
export function Speech({ ssml }: { readonly ssml: string }) {
  const document = useMemo(() => new DOMParser().parseFromString(ssml, 'text/xml'), [ssml]);
  const isBroken = document.querySelector('parsererror') !== null;
  return (
    <div class="speech">
      {isBroken ? (
        <p>
          <span class="tag bad">The markup cannot be read</span> {ssml}
        </p>
      ) : (
        <p>{spoken(document.documentElement)}</p>
      )}
      <Source label="SSML" data={ssml} />
    </div>
  );
}

function spoken(element: Element): ComponentChildren {
  return [...element.childNodes].map((node) => {
    if (node instanceof Element) return <Spoken element={node} />;
    return node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE ? node.textContent : null;
  });
}

function Spoken({ element }: { readonly element: Element }): ComponentChildren {
  const attribute = (name: string) => element.getAttribute(name) ?? '';
  switch (element.localName) {
    case 'break':
      return <Aside text={`pause ${attribute('time') || attribute('strength')}`.trim()} />;
    case 'emphasis':
      if (attribute('level') === 'none' || attribute('level') === 'reduced') return <span>{spoken(element)}</span>;
      return attribute('level') === 'strong' ? <strong>{spoken(element)}</strong> : <em>{spoken(element)}</em>;
    case 'p':
    case 's':
      return <span class={element.localName === 'p' ? 'paragraph' : 'sentence'}>{spoken(element)} </span>;
    case 'say-as':
      return (
        <>
          {spoken(element)} <Aside text={`as ${attribute('interpret-as')}`} />
        </>
      );
    case 'sub':
      return (
        <>
          {attribute('alias')} <Aside text={`written ${element.textContent}`} />
        </>
      );
    case 'prosody':
      return (
        <>
          {spoken(element)} <Aside text={attributesOf(element, 'rate', 'pitch', 'volume')} />
        </>
      );
    case 'voice':
    case 'lang':
      return (
        <>
          {spoken(element)} <Aside text={attributesOf(element, 'name', 'gender', 'language', 'xml:lang')} />
        </>
      );
    case 'phoneme':
      return (
        <>
          {spoken(element)} <Aside text={`said ${attribute('ph')}`} />
        </>
      );
    case 'audio':
      return (
        <>
          <Aside text={`sound ${attribute('src')}`} /> {spoken(element)}
        </>
      );
    case 'mark':
      return null;
    default:
      return <span>{spoken(element)}</span>;
  }
}

function attributesOf(element: Element, ...names: readonly string[]): string {
  return names
    .flatMap((name) => (element.hasAttribute(name) ? [`${name} ${element.getAttribute(name)}`] : []))
    .join(', ');
}

function Aside({ text }: { readonly text: string }) {
  return text === '' ? null : <span class="aside">{text}</span>;
}
