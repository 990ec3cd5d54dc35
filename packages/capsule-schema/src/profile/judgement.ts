import { type OutsideReason, type OutsideReference, shownReference } from './outside-reference.ts';
import type { PackageReader } from './package-reader.ts';
import { hasCredentials, redactCredentials } from './reference-credentials.ts';
import type { PackageTree } from './package-tree.ts';
import type { Defect } from './walked-fields.ts';

/** A reference that is refused: its place, its text, why. */
export interface Refusal {
  readonly file: string;
  readonly field: string;
  readonly reference: string;
  readonly reason: OutsideReason;
  readonly detail: string;
}

const maxFindings = 1000; // a verdict is read by people; a hostile package could have a million

const tooMany = {
  field: '',
  reference: '',
  reason: 'unreadable',
  detail: `There are ${maxFindings} findings or more: the rest is not shown.`,
} as const;

/** What judging a package works with, and what it has found. */
export class Judgement {
  readonly tree: PackageTree;
  readonly reader: PackageReader;
  readonly #findings: OutsideReference[];
  readonly #prefix: string;
  readonly #known: Set<string>;

  constructor(tree: PackageTree, reader: PackageReader, outer?: Judgement, archive = '') {
    this.tree = tree;
    this.reader = reader;
    this.#findings = outer === undefined ? [] : outer.#findings;
    this.#known = outer === undefined ? new Set() : outer.#known;
    this.#prefix = outer === undefined ? '' : `${outer.#prefix}${archive}/`;
  }

  /** The findings so far. */
  get findings(): readonly OutsideReference[] {
    return this.#findings;
  }

  /** The same findings, about what lies in an archive of the package. */
  inside(archive: string, tree: PackageTree, reader: PackageReader): Judgement {
    return new Judgement(tree, reader, this, archive);
  }

  /** Adds a finding. */
  refuse({ file, field, reference, reason, detail }: Refusal): void {
    if (this.#findings.length >= maxFindings) return;
    const place = `${this.#prefix}${file}`;
    // A chart is judged by itself, and once more as a part of each chart that holds it.
    const key = JSON.stringify([place, field, reference, reason, detail]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    // Were the rest dropped silently, a thousand references that a policy allows could hide one that it does not.
    const isLast = this.#findings.length === maxFindings - 1;
    if (isLast) this.#findings.push({ ...tooMany, file: place });
    else this.#findings.push(shown({ file: place, field, reference, reason, detail }));
  }

  /** Adds what is written outside the profile. */
  refuseProfile(file: string, field: string, detail: string): void {
    // A program's name keeps its own spelling.
    const first = detail.startsWith('kustomize') ? 'k' : detail.charAt(0).toUpperCase();
    this.refuse({ file, field, reference: '', reason: 'profile', detail: `${first}${detail.slice(1)}.` });
  }

  /** Adds all that is written outside the profile in a document. */
  refuseDefects(file: string, defects: readonly Defect[]): void {
    for (const { field, detail } of defects) this.refuseProfile(file, field, detail);
  }

  /** Adds a file, or a text in it, that cannot be judged. */
  refuseUnreadable(file: string, field: string, problem: string): void {
    this.refuse({ file, field, reference: '', reason: 'unreadable', detail: `It cannot be judged: ${problem}.` });
  }
}

const noCredentials = 'It holds credentials, so that no exception can name it: take them out of the address.';

/** What people and logs may see of a refusal. */
function shown({ file, field, reference, reason, detail }: Refusal): OutsideReference {
  const whole = { file, field, reference: shownReference(redactCredentials(reference)), reason, detail: redactCredentials(detail) };
  if (!hasCredentials(reference)) return whole;
  return { ...whole, reason: 'credentials', detail: `${whole.detail} ${noCredentials}` };
}
