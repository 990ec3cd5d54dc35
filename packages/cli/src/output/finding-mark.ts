import { blocks, type Finding, type ProvenCode, type Requirements } from '@release-capsule/verifier';
import type { Style } from './style.ts';

/** Codes of claims that hold because there was nothing to check. */
const uncheckedCodes: readonly ProvenCode[] = ['FREIGHT_NAME_ABSENT', 'TAG_ANY', 'TAG_ABSENT', 'PAIR_FROM_RECORD', 'NO_DENIALS'];

/** What a finding is to the reader: only what stands in the way of acceptance may look like it. */
export type FindingWeight = 'checked' | 'unchecked' | 'refused' | 'undetermined' | 'note';

/** Tells what a finding is to the reader of a verdict. */
export function weighFinding(finding: Finding, requirements: Requirements): FindingWeight {
  const { state, code, claim } = finding;
  if (state === 'proven') return uncheckedCodes.some((unchecked) => unchecked === code) ? 'unchecked' : 'checked';
  if (blocks(finding, requirements[claim])) return state === 'refuted' ? 'refused' : 'undetermined';
  return state === 'refuted' ? 'note' : 'unchecked';
}

const marks: Readonly<Record<FindingWeight, readonly [mark: string, look: keyof Style]>> = {
  checked: ['✔', 'green'],
  refused: ['✘', 'red'],
  undetermined: ['?', 'yellow'],
  note: ['i', 'cyan'],
  unchecked: ['–', 'dim'],
};

/** Draws the mark of a finding: a tick means checked. */
export function drawMark(weight: FindingWeight, style: Style): string {
  const [mark, look] = marks[weight];
  return style[look](mark);
}
