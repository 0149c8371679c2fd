import type { Json, JsonObject } from '../../../emulator/agent.ts';
import { Clickable, SendButton } from './clickable.tsx';
import { send } from './conversation.ts';
import { Icon } from './icons.tsx';
import { isObject, listOf, objectOf, textOf } from './json.ts';
import { imageOf, linkOf } from './links.ts';
import { Markup } from './markup.tsx';
import { Source } from './source.tsx';

/**
 * The elements of Dialogflow Messenger (CX docs, Dialogflow Messenger, Fulfillment): the fields are those of
 * `shared/messenger.ts`. What an agent sent wrongly is shown as it came.
 */
export function RichContent({ cards }: { readonly cards: readonly Json[] }) {
  return cards.map((card, index) => (
    <div class="card" key={index}>
      {listOf(Array.isArray(card) ? card : [card]).map((element, place) => (
        <Element element={objectOf(element)} key={place} />
      ))}
    </div>
  ));
}

function Element({ element }: { readonly element: JsonObject }) {
  switch (element.type) {
    case 'info':
      return (
        <Clickable of={element} class="element info">
          <Titled of={element} />
        </Clickable>
      );
    case 'list':
      return (
        <Clickable of={element} class="element item">
          <Titled of={element} />
        </Clickable>
      );
    case 'description':
      return <Description of={element} />;
    case 'image':
      return <Picture of={element} />;
    case 'button':
      return (
        <Clickable of={element} class="element action">
          <ColouredIcon of={objectOf(element.icon)} />
          <span>{textOf(element.text)}</span>
        </Clickable>
      );
    case 'accordion':
      return <Accordion of={element} />;
    case 'chips':
      return <Chips of={element} />;
    case 'citations':
    case 'match_citations':
      return <Citations of={element} />;
    case 'html':
      return (
        <div class="element">
          <Markup html={textOf(element.html)} />
        </div>
      );
    case 'divider':
      return <hr class="divider" />;
    case 'video':
    case 'files':
      return <Named what={element.type === 'video' ? 'Video' : 'Files'} name="" data={element} />;
    case 'custom_template':
      return <Named what="Custom template" name={textOf(element.name)} data={element.payload ?? element} />;
    default:
      return <Named what="Element" name={textOf(element.type) || 'without a type'} data={element} isOpen />;
  }
}

function Titled({ of }: { readonly of: JsonObject }) {
  return (
    <>
      <Thumbnail of={objectOf(of.image)} />
      <span class="titled">
        <span class="element-title">{textOf(of.title)}</span>
        {textOf(of.subtitle) !== '' && <span class="element-subtitle">{textOf(of.subtitle)}</span>}
      </span>
    </>
  );
}

function Thumbnail({ of }: { readonly of: JsonObject }) {
  const address = imageOf(of.rawUrl);
  return address && <img class="thumbnail" src={address} alt="" loading="lazy" referrerpolicy="no-referrer" />;
}

function Description({ of }: { readonly of: JsonObject }) {
  const lines = typeof of.text === 'string' ? [of.text] : listOf(of.text).map(textOf);
  return (
    <div class="element">
      {textOf(of.title) !== '' && <p class="element-title">{textOf(of.title)}</p>}
      {lines.map((line, index) => (
        <p class="element-subtitle" key={index}>
          {line}
        </p>
      ))}
    </div>
  );
}

function Picture({ of }: { readonly of: JsonObject }) {
  const address = imageOf(of.rawUrl);
  const text = textOf(of.accessibilityText);
  if (address === null)
    return <p class="element refused">The image is not loaded: {textOf(of.rawUrl) || 'no rawUrl'}</p>;
  const link = linkOf(objectOf(of.anchor).href);
  const image = <img class="picture" src={address} alt={text} loading="lazy" referrerpolicy="no-referrer" />;
  return (
    <figure class="figure">
      {link === null ? (
        image
      ) : (
        <a href={link} target="_blank" rel="noopener noreferrer" aria-label={`${text || 'Image'} (opens in a new tab)`}>
          {image}
        </a>
      )}
      <figcaption>{text || 'It has no accessibilityText: people who cannot see it hear nothing.'}</figcaption>
    </figure>
  );
}

function Accordion({ of }: { readonly of: JsonObject }) {
  return (
    <details class="element accordion">
      <summary>
        <Titled of={of} />
        <Icon name="chevron" />
      </summary>
      <Markup html={textOf(of.text)} />
    </details>
  );
}

function Chips({ of }: { readonly of: JsonObject }) {
  return (
    <ul class="chips" aria-label="Suggestions">
      {listOf(of.options).map((option, index) => (
        <li key={index}>
          <Chip of={objectOf(option)} />
        </li>
      ))}
    </ul>
  );
}

function Chip({ of }: { readonly of: JsonObject }) {
  const text = textOf(of.text);
  const face = (
    <>
      <Thumbnail of={objectOf(of.image)} />
      {text}
    </>
  );
  const written = textOf(objectOf(of.anchor).href);
  const href = linkOf(written);
  if (href !== null) {
    return (
      <a class="chip" href={href} target="_blank" rel="noopener noreferrer">
        {face}
        <Icon name="open" />
        <span class="visually-hidden">(opens in a new tab)</span>
      </a>
    );
  }
  if (written !== '') {
    return (
      <span class="chip">
        {face} <span class="refused">The link is not followed: {written}</span>
      </span>
    );
  }
  return (
    <SendButton class="chip" onSend={() => send({ kind: 'text', text })}>
      {face}
    </SendButton>
  );
}

function Citations({ of }: { readonly of: JsonObject }) {
  return (
    <div class="element">
      <p class="element-title">Sources</p>
      <ol class="citations">
        {listOf(of.citations).map((citation, index) => {
          const { title, subtitle, anchor } = objectOf(citation);
          const href = linkOf(objectOf(anchor).href);
          return (
            <li key={index}>
              {href === null ? (
                <span>{textOf(title)}</span>
              ) : (
                <a href={href} target="_blank" rel="noopener noreferrer">
                  {textOf(title) || href}
                </a>
              )}
              {textOf(subtitle) !== '' && <span class="element-subtitle">{textOf(subtitle)}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** What Messenger shows with parts that are not here. */
function Named(props: {
  readonly what: string;
  readonly name: string;
  readonly data: Json;
  readonly isOpen?: boolean;
}) {
  const link = isObject(props.data) ? linkOf(props.data.rawUrl ?? props.data.url ?? props.data.link) : null;
  return (
    <div class="element named">
      <p class="element-title">
        {props.what}
        {props.name !== '' && (
          <>
            {' '}
            <code>{props.name}</code>
          </>
        )}
      </p>
      {link !== null && (
        <p>
          <a href={link} target="_blank" rel="noopener noreferrer">
            {link}
          </a>
        </p>
      )}
      <Source label="Its fields" data={props.data} open={props.isOpen ?? false} />
    </div>
  );
}

/** Icons are names of a font that is not loaded here: their colour is shown, the name told. */
function ColouredIcon({ of }: { readonly of: JsonObject }) {
  const colour = textOf(of.color);
  const type = textOf(of.type);
  if (type === '' && colour === '') return null;
  return (
    <svg class="dot" viewBox="0 0 10 10" aria-hidden="true">
      <title>{`The icon ${type} ${colour}`.trim()}</title>
      <circle cx="5" cy="5" r="5" fill={CSS.supports('color', colour) ? colour : 'currentColor'} />
    </svg>
  );
}
