import type { BuildReport, BuildRun } from './build-package.ts';
import { drawPackage } from './draw-package.ts';
import { isAccepted } from './judge-package.ts';
import type { Namespace } from './namespace.ts';
import type { ExperimentPackage } from './tree.ts';

/** How long an experiment goes on. */
export interface ExperimentOptions {
  readonly seed: number;
  /** The number of the first package; the others follow. */
  readonly first?: number | undefined;
  /** How many packages are drawn at most. */
  readonly packages: number;
  /** How many accepted packages are built at most. */
  readonly accepted?: number | undefined;
  /** When the last package may begin, in milliseconds since 1970. */
  readonly until?: number | undefined;
  /** How many are built at a time. */
  readonly workers: number;
  readonly onProgress?: ((tally: Tally) => void) | undefined;
}

/** An accepted package that reached outside. */
export interface Breach {
  readonly package: ExperimentPackage;
  readonly report: BuildReport;
}

/** The result of an experiment. */
export interface Tally {
  readonly seed: number;
  readonly generated: number;
  readonly accepted: number;
  /** Accepted packages of which every tool built each root. */
  readonly whole: number;
  readonly tools: Readonly<Record<BuildRun['tool'], { readonly runs: number; readonly built: number }>>;
  readonly breaches: readonly Breach[];
}

/** Draws packages, and builds each that the product accepts. */
export async function runExperiment(namespace: Namespace, options: ExperimentOptions): Promise<Tally> {
  const count = new Count(options.seed);
  const { first = 0, accepted = Infinity, until = Infinity, onProgress } = options;
  const open = new Set<Promise<void>>();
  const last = first + options.packages;
  for (let number = first; number < last && count.accepted < accepted && Date.now() < until; number += 1) {
    const drawn = drawPackage(options.seed, number);
    count.generated += 1;
    if (!(await isAccepted(drawn.tree))) continue;
    count.accepted += 1;
    const build = namespace.build(drawn.tree).then((report) => count.add(drawn, report));
    const tracked = build.finally(() => open.delete(tracked));
    open.add(tracked);
    // One more than are built at a time, so that no worker waits for the next.
    if (open.size > options.workers) await Promise.race(open);
    onProgress?.(count);
  }
  await Promise.all(open);
  return count;
}

const shownContacts = 4; // of one run: a program like git opens hundreds of files

/** Lists what a package reached outside, each once, and of each run the first. */
export function contactsOfReport({ runs, contacts }: BuildReport): readonly string[] {
  const found = runs.flatMap(({ tool, root, contacts: of }) =>
    of.slice(0, shownContacts).map(({ means, what }) => `${tool} in ${root === '' ? '.' : root}: ${means} ${what}`),
  );
  return [...new Set([...contacts.map(({ means, what }) => `${means} ${what}`), ...found])];
}

class Count implements Tally {
  readonly seed: number;
  generated = 0;
  accepted = 0;
  whole = 0;
  readonly tools = {
    kustomize571: { runs: 0, built: 0 },
    kustomize: { runs: 0, built: 0 },
    helm3: { runs: 0, built: 0 },
    helm: { runs: 0, built: 0 },
  };
  readonly breaches: Breach[] = [];

  constructor(seed: number) {
    this.seed = seed;
  }

  add(drawn: ExperimentPackage, report: BuildReport): void {
    for (const { tool, built } of report.runs) {
      this.tools[tool].runs += 1;
      if (built) this.tools[tool].built += 1;
    }
    if (report.runs.every(({ built }) => built)) this.whole += 1;
    if (contactsOfReport(report).length > 0) this.breaches.push({ package: drawn, report });
  }
}
