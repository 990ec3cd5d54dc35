import type { LockedPackage } from '@release-capsule/promoter';
import { type ImageLock, lockFileName, type LockRendering, schemaVersion } from '@release-capsule/schema';
import { namingRows } from '../output/naming-rows.ts';
import type { Style } from '../output/style.ts';
import { alignRows, count } from '../output/table.ts';
import { warningLines } from '../output/warning-lines.ts';
import type { LockChange } from './lock-changes.ts';

/** What became of a lock file. */
export type LockState = 'written' | 'unchanged' | 'outdated';

/** What there is to say of a lock. */
export interface LockReport extends LockedPackage {
  readonly state: LockState;
  readonly changes: readonly LockChange[];
}

/** What `capsule lock --json` prints. Its JSON Schema is schema/lock.schema.json. */
export function lockJson({ lock, state, changes, warnings }: LockReport, path: string): object {
  const file = { apiVersion: schemaVersion, kind: 'ImageLock', ...lock };
  return { path, state, lock: file, changes, ...(warnings.length > 0 && { warnings }) };
}

/** Describes a lock to people. */
export function lockLines({ lock, state, changes, warnings }: LockReport, style: Style): readonly string[] {
  return [
    headOf(state, style),
    ...alignRows(rowsOf(lock), '  '),
    ...(changes.length === 0 ? [] : ['', '  changed:', ...changes.map((change) => `    ${changeLine(change)}`)]),
    ...warningLines(warnings, style),
  ];
}

function headOf(state: LockState, style: Style): string {
  if (state === 'outdated') return `${style.red('✘')} ${lockFileName} is not up to date: run capsule lock, and commit it`;
  return `${style.green('✔')} ${lockFileName} ${state === 'written' ? 'written' : 'is up to date'}`;
}

function rowsOf({ image, images, rendered }: ImageLock): readonly (readonly [string, string])[] {
  return [
    ...(image === undefined ? [] : [['image', image.repository] as const, ...namingRows(image)]),
    ['others', images.length === 0 ? 'none' : `${count(images.length, 'image')}, each by its digest`],
    ['rendered', rendered === undefined ? 'no: these are the names that the files show' : renderedText(rendered)],
  ];
}

function renderedText({ by, kubeVersion, values = [] }: LockRendering): string {
  const programs = Object.entries(by).map(([name, version]) => `${name} ${version}`).join(' and ');
  const cluster = kubeVersion === undefined ? '' : `, for Kubernetes ${kubeVersion}`;
  return `by ${programs}${cluster}${values.length === 0 ? '' : `, with ${values.join(', ')}`}`;
}

const signs = { added: '+', removed: '-', changed: '~' } as const;

function changeLine({ change, what, from, to }: LockChange): string {
  const texts = [from, to].filter((text) => text !== undefined).map(shortDigest);
  return `${signs[change]} ${what}  ${texts.join(' → ')}`;
}

/** As much of a digest as people compare. */
function shortDigest(text: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(text) ? text.slice(0, 'sha256:'.length + 12) : text;
}
