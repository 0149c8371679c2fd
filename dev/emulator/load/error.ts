/** A path that is no agent, or one that is too much: a sentence that says what is expected. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
