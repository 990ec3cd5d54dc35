import type { VerdictReport } from '@release-capsule/verifier';
import { exitStatus } from '../exit-status.ts';
import type { Style } from './style.ts';

/** Heads the verdict of an audit: a refusal that stops nothing must look like neither. */
export function auditHeadline({ outcome }: VerdictReport, style: Style): string {
  const audit = style.yellow('(audit mode: nothing is enforced)');
  if (outcome === 'accepted') return `${style.green(style.bold('✔ would be accepted'))} ${audit}`;
  if (outcome === 'refused') return `${style.red(style.bold('✘ would be refused'))} ${audit}`;
  return `${style.yellow(style.bold('? would be undetermined'))} ${audit}`;
}

/** Says at the end of an audit what enforcing would have done. */
export function auditLines({ outcome, wouldStop = [] }: VerdictReport): readonly string[] {
  if (outcome === 'accepted') return ['', '  audit: with mode: enforce this is accepted, too.'];
  const status = outcome === 'refused' ? exitStatus.refused : exitStatus.undetermined;
  return ['', `  audit: with mode: enforce this stops, with exit status ${status}, for ${wouldStop.join(', ')}. Nothing was stopped.`];
}
