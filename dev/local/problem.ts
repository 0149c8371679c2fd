/**
 * Something that the person at the keyboard can put right. Its message is all that they get to read: one sentence that says
 * what to do.
 */
export class Problem extends Error {
  override readonly name: string = 'Problem';
}

/** The command line itself says something that can't be done. */
export class WrongUsage extends Problem {
  override readonly name = 'WrongUsage';
}
