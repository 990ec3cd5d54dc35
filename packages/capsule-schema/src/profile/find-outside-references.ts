import { compareUtf8 } from '../path/compare-bytes.ts';
import { judgeCharts } from './charts.ts';
import { Judgement } from './judgement.ts';
import { judgeKustomizations } from './kustomizations.ts';
import type { OutsideReference, PackageFiles } from './outside-reference.ts';
import { PackageReader } from './package-reader.ts';
import { packageTree } from './package-tree.ts';
import { isArgoSource } from './reference-files.ts';

/**
 * Finds what in a deploy package reaches outside it, or is written so that two readers may differ on whether it does.
 * A package is accepted if it is written in the profile: a small subset of what kustomize and Helm take, which every
 * reader takes in one way. Nothing is rendered, and nothing is guessed. Kustomizations and charts are judged wherever
 * they lie, since a consumer picks by its own rule. The text of templates is not looked at.
 *
 * The findings are sorted by the bytes of their files' paths. There are a thousand at most; the last of a thousand is `unreadable`.
 * Source: docs/format.md, "Self-contained packages".
 * @throws what `read` throws.
 */
export async function findOutsideReferences(files: PackageFiles): Promise<readonly OutsideReference[]> {
  const tree = packageTree([...files.paths].sort(compareUtf8));
  const judgement = new Judgement(tree, new PackageReader(files.read.bind(files)));
  judgeNames(judgement);
  await judgeKustomizations(judgement);
  await judgeCharts(judgement);
  return judgement.findings.toSorted((a, b) => compareUtf8(a.file, b.file));
}

function judgeNames(judgement: Judgement): void {
  for (const file of judgement.tree.files) {
    if (isArgoSource(file)) judgement.refuseProfile(file, '', 'Argo CD takes it for an override of what it renders: delete it');
  }
}
