import { drawWith } from './draw-package.ts';
import { type Breach, contactsOfReport } from './experiment.ts';
import { isAccepted } from './judge-package.ts';
import type { Namespace } from './namespace.ts';
import type { ExperimentPackage } from './tree.ts';

/** Makes a breach smaller while it stays one: fewer oddities, then fewer files, then fewer lines. */
export async function minimise(breach: Breach, namespace: Namespace): Promise<Breach> {
  let smallest = breach;
  let isSmaller = true;
  while (isSmaller) {
    isSmaller = false;
    for (const candidate of smallerThan(smallest.package)) {
      const found = await asBreach(candidate, namespace);
      if (found === undefined) continue;
      smallest = found;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

async function asBreach(candidate: ExperimentPackage, namespace: Namespace): Promise<Breach | undefined> {
  if (!(await isAccepted(candidate.tree))) return undefined;
  const report = await namespace.build(candidate.tree);
  return contactsOfReport(report).length > 0 ? { package: candidate, report } : undefined;
}

function* smallerThan(drawn: ExperimentPackage): Generator<ExperimentPackage> {
  for (const odd of drawn.oddities) {
    const fewer = drawWith(
      drawn.name,
      drawn.oddities.filter((other) => other !== odd),
    );
    // Only while the package is as it was drawn: oddities cannot be taken out of files that have been cut.
    if (fewer.tree.size >= drawn.tree.size - 3 && isDrawn(drawn)) yield fewer;
  }
  for (const path of drawn.tree.keys()) yield { ...drawn, tree: new Map([...drawn.tree].filter(([other]) => other !== path)) };
  for (const [path, content] of drawn.tree) {
    if (typeof content !== 'string') continue;
    const lines = content.split(/(?<=\n)/);
    for (const [index] of lines.entries()) {
      if (lines.length > 1) yield { ...drawn, tree: new Map(drawn.tree).set(path, lines.toSpliced(index, 1).join('')) };
    }
  }
}

function isDrawn({ name, oddities, tree }: ExperimentPackage): boolean {
  const again = drawWith(name, oddities).tree;
  return (
    again.size === tree.size && [...again].every(([path, content]) => content === tree.get(path) || typeof content !== 'string')
  );
}
