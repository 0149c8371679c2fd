import { useEffect, useState } from 'preact/hooks';
import type { AgentView, FlowMap } from '../../api.ts';
import { api } from '../state.ts';
import '../style/map.css';
import { count } from '../xray/words.ts';
import { Details } from './details.tsx';
import { layOutAside } from './lay-out-aside.ts';
import type { Layout } from './layout.ts';
import { Legend } from './legend.tsx';
import { Outline } from './outline.tsx';
import { Picture } from './picture.tsx';

interface FlowMapProps {
  readonly agent: AgentView;
  /** Where the conversation is. */
  readonly current: { readonly flow: string; readonly page: string } | null;
}

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'ready'; readonly map: FlowMap; readonly layout: Layout };

/** A flow of the agent: as a picture, or the same as a list. It follows the conversation until a flow is chosen. */
export function FlowMapView({ agent, current }: FlowMapProps) {
  const [chosen, choose] = useState<string | null>(null);
  const [asList, setAsList] = useState(false);
  const [selected, select] = useState<string | null>(null);
  const [lit, light] = useState<string | null>(null);
  const flow = chosen ?? current?.flow ?? agent.startFlow;
  const state = useFlowMap(agent, flow);
  const here = current?.flow === flow ? current.page : null;
  const map = state.kind === 'ready' ? state.map : null;
  const node = asList ? undefined : map?.nodes.find(({ id }) => id === selected);

  function open(wanted: string) {
    choose(wanted === current?.flow ? null : wanted);
    select(null);
    light(null);
  }

  /** From the list to the picture. */
  function show(id: string) {
    select(id);
    setAsList(false);
  }

  return (
    <section class="flow-map" aria-label="Map of the agent">
      <div class="map-tools">
        <label class="field">
          Flow
          <select class="input" value={flow} onChange={(event) => open(event.currentTarget.value)}>
            {agent.flows.map(({ displayName, pages }) => (
              <option key={displayName} value={displayName}>
                {displayName} ({count(pages, 'page')})
              </option>
            ))}
          </select>
        </label>
        {map && <FindPage map={map} onFind={select} />}
        <fieldset class="map-switch">
          <legend class="visually-hidden">Show the flow as</legend>
          <button type="button" class="button small" aria-pressed={!asList} onClick={() => setAsList(false)}>
            Picture
          </button>
          <button type="button" class="button small" aria-pressed={asList} onClick={() => setAsList(true)}>
            List
          </button>
        </fieldset>
        {current && current.flow !== flow && (
          <button type="button" class="button small quiet" onClick={() => open(current.flow)}>
            Back to the conversation
          </button>
        )}
      </div>
      <div class={`map-body${node ? ' with-details' : ''}`}>
        {state.kind === 'loading' && (
          <p class="map-wait" role="status">
            Drawing {flow}…
          </p>
        )}
        {state.kind === 'failed' && (
          <p class="map-wait" role="alert">
            {state.problem}
          </p>
        )}
        {state.kind === 'ready' &&
          (asList ? (
            <Outline map={state.map} current={here} onSelect={show} />
          ) : (
            <Picture
              key={flow}
              map={state.map}
              layout={state.layout}
              current={here}
              selected={selected}
              lit={lit}
              onSelect={select}
            />
          ))}
        {map && node && (
          <Details
            map={map}
            node={node}
            isCurrent={node.id === here}
            flows={agent.flows.map(({ displayName }) => displayName)}
            onSelect={select}
            onLight={light}
            onOpen={open}
          />
        )}
      </div>
      {map && !asList && <Legend map={map} hasCurrent={here !== null} />}
    </section>
  );
}

/** The map of a flow and its layout, again whenever the agent is exported anew. */
function useFlowMap(agent: AgentView, flow: string): State {
  const [state, setState] = useState<State>({ kind: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    setState((now) => (now.kind === 'ready' && now.map.flow === flow ? now : { kind: 'loading' }));
    async function load() {
      try {
        const map = await api.map(flow);
        const layout = await layOutAside(map, leaving.signal);
        if (!leaving.signal.aborted) setState({ kind: 'ready', map, layout });
      } catch (error) {
        if (!leaving.signal.aborted) setState({ kind: 'failed', problem: (error as Error).message });
      }
    }
    void load();
    return () => leaving.abort();
  }, [agent, flow]);
  return state;
}

/** Takes a name, whole or its beginning, and shows that page. */
function FindPage({ map, onFind }: { readonly map: FlowMap; readonly onFind: (id: string) => void }) {
  const [problem, tell] = useState('');
  function find(event: SubmitEvent) {
    event.preventDefault();
    const words = String(new FormData(event.currentTarget as HTMLFormElement).get('page') ?? '').trim();
    const found = words === '' ? undefined : findNode(map, words);
    tell(found || words === '' ? '' : 'There is no such page here.');
    if (found) onFind(found.id);
  }
  return (
    <form class="field map-find" onSubmit={find}>
      <label for="map-find">Find a page</label>
      <input class="input" id="map-find" name="page" type="search" list="map-pages" autocomplete="off" />
      <datalist id="map-pages">
        {map.nodes.map(({ id, label }) => (
          <option key={id} value={label} />
        ))}
      </datalist>
      <span class="map-find-problem" role="status">
        {problem}
      </span>
    </form>
  );
}

function findNode({ nodes }: FlowMap, words: string) {
  const wanted = words.toLowerCase();
  const labels = nodes.map((node) => ({ node, label: node.label.toLowerCase() }));
  const found =
    labels.find(({ label }) => label === wanted) ??
    labels.find(({ label }) => label.startsWith(wanted)) ??
    labels.find(({ label }) => label.includes(wanted));
  return found?.node;
}
