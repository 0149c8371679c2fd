import type { Detail, ItemEntity, ItsFunction, WinkMethods } from 'wink-nlp';

/** Reading English with wink-nlp. No other file knows wink. */

export interface Token {
  /** As the person wrote it. */
  readonly text: string;
  /** The white space before it. */
  readonly space: string;
  /** wink's type: `word`, `number`, `punctuation`, ...; `unk` is what its tokenizer can't name, as most Devanagari. */
  readonly type: string;
  /** Part of speech, as the Universal Dependencies name it: `NOUN`, `ADJ`, ... */
  readonly pos: string;
  /** In lower case, in wink's spelling: `not` where the person wrote `n't`, `color` for `colour`. */
  readonly normal: string;
  readonly stem: string;
  readonly lemma: string;
  /** A word such as `the`, that says nothing by itself. */
  readonly isStop: boolean;
  /** It stands where a `not`, `never` or `no` before it turns it round. */
  readonly isNegated: boolean;
}

export interface FoundEntity {
  /** wink's name of the kind: `DATE`, `MONEY`, ... */
  readonly kind: string;
  readonly text: string;
  /** Its first token, as an index. */
  readonly at: number;
  /** How many tokens it has. */
  readonly length: number;
}

export interface Reading {
  readonly tokens: readonly Token[];
  readonly entities: readonly FoundEntity[];
  /** -1 to 1; wink's mean over the sentences, negation understood. */
  readonly sentiment: number;
}

export type Reader = (text: string) => Reading;

// Without `cer`, the stage for entities that one teaches it: we teach none.
const STAGES = ['sbd', 'negation', 'sentiment', 'pos', 'ner'];

let loading: Promise<Reader> | undefined;

/** Loads wink at the first call: 0.1 to 0.4 s and 107 MB that no other function should pay for. */
export function openReader(): Promise<Reader> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Reader> {
  const [wink, model] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')]);
  const nlp = wink.default(model.default, STAGES);
  return (text) => readWith(nlp, text);
}

function readWith(nlp: WinkMethods, text: string): Reading {
  const { its } = nlp;
  const document = nlp.readDoc(text);
  const tokens = document.tokens();
  // wink's declarations say `T[] | string[]` for every `out`; with a function it is T[].
  const all = <T>(property: unknown) => tokens.out(property as ItsFunction<T>) as T[];
  const [texts, spaces, types, parts] = [its.value, its.precedingSpaces, its.type, its.pos].map(all<string>);
  const [normals, stems, lemmas] = [its.normal, its.stem, its.lemma].map(all<string>);
  const [stops, negations] = [its.stopWordFlag, its.negationFlag].map(all<boolean>);
  const entities: FoundEntity[] = [];
  document.entities().each((entity: ItemEntity) => {
    const { value, type } = entity.out(its.detail as unknown as ItsFunction<Detail>) as Detail;
    const own = entity.tokens();
    entities.push({ kind: type, text: value, at: own.itemAt(0).index(), length: own.length() });
  });
  return {
    tokens: texts!.map((text, i) => ({
      text,
      space: spaces![i]!,
      // Between the points of `bus..bus` wink sees a word without letters.
      type: text === '' ? 'punctuation' : types![i]!,
      pos: parts![i]!,
      normal: normals![i]!,
      stem: stems![i]!,
      lemma: lemmas![i]!,
      isStop: stops![i]!,
      isNegated: negations![i]!,
    })),
    entities,
    sentiment: document.out(its.sentiment as unknown as ItsFunction<number>) as number,
  };
}
