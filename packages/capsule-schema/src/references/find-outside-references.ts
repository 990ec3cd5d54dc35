import { compareUtf8 } from '../path/compare-bytes.ts';
import { checkChartDependencies } from './chart-dependencies.ts';
import { checkKustomization } from './kustomization-references.ts';
import { type OutsideReference, type PackageFiles, shownReference } from './outside-reference.ts';
import { directoryOf, type PackageTree, packageTree } from './package-tree.ts';
import { type ParsedFiles, parsedFiles } from './parsed-files.ts';
import { kustomizationNames } from './reference-files.ts';
import type { ReferenceScope } from './reference-scope.ts';

const maxFindings = 1000; // a verdict is read by people; a hostile package could have a million

const tooMany = {
  field: '',
  reference: '',
  reason: 'unreadable',
  detail: `It cannot be judged: the package has ${maxFindings} such references or more.`,
} as const;

/**
 * Finds what reaches outside a deploy package, or could: URLs, paths beyond its root or without a file, charts that are
 * not vendored at their locked version, code that is not in it, and files that cannot be judged. What kustomize and
 * Helm would do is judged without running them; a template's text is not looked at.
 *
 * The findings are in order of their files' bytes, then of the fields; where there are a thousand or more, one
 * of those that are returned is `unreadable`.
 * Source: docs/format.md, "Self-contained packages".
 * @throws whatever `read` throws.
 */
export async function findOutsideReferences(files: PackageFiles): Promise<readonly OutsideReference[]> {
  const findings: OutsideReference[] = [];
  const tree = packageTree([...files.paths].sort(compareUtf8));
  const shared = { tree, parsed: parsedFiles(files.read.bind(files)), findings, charts: new Set<string>() };
  if (files.kind === 'helm') await checkChartDependencies(scopeOf(shared, 'Chart.yaml', ''), '');
  else await checkKustomizations(shared);
  return findings.sort((a, b) => compareUtf8(a.file, b.file));
}

interface SharedScope {
  readonly tree: PackageTree;
  readonly parsed: ParsedFiles;
  readonly findings: OutsideReference[];
  readonly charts: Set<string>;
}

async function checkKustomizations(shared: SharedScope): Promise<void> {
  for (const file of shared.tree.files) {
    const directory = directoryOf(file);
    const name = file.slice(directory === '' ? 0 : directory.length + 1);
    if (kustomizationNames.includes(name)) await checkKustomization(scopeOf(shared, file, directory), file);
  }
}

function scopeOf(shared: SharedScope, file: string, directory: string): ReferenceScope {
  return {
    tree: shared.tree,
    parsed: shared.parsed,
    directory,
    report: (field, reference, reason, detail) => {
      if (shared.findings.length >= maxFindings) return;
      // Were the rest dropped silently, a thousand references that a policy allows could hide one that it does not.
      if (shared.findings.length === maxFindings - 1) shared.findings.push({ file, ...tooMany });
      else shared.findings.push({ file, field, reference: shownReference(reference), reason, detail });
    },
    within: (otherFile, otherDirectory) => scopeOf(shared, otherFile, otherDirectory),
    enterChart: (chart) => {
      const first = !shared.charts.has(chart);
      shared.charts.add(chart);
      return first;
    },
  };
}
