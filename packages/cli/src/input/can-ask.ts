import type { Context } from '../context.ts';

/** Tells whether a person sits at both ends: one who sees a question, and can type an answer. */
export function canAsk({ stdin, stderr }: Context): boolean {
  return stderr.isInteractive && 'isTTY' in stdin && stdin.isTTY === true;
}
