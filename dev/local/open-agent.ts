import type { Agent } from '../emulator/agent.ts';
import { AgentError, loadAgent } from '../emulator/load.ts';
import { Problem } from './problem.ts';

/** Loads an exported agent, a folder or a .zip; what keeps it from loading is a `Problem`. */
export function openAgent(path: string): Agent {
  try {
    return loadAgent(path);
  } catch (error) {
    if (error instanceof AgentError) throw new Problem(error.message, { cause: error });
    throw error;
  }
}
