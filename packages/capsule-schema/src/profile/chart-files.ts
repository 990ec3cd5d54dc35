import { SchemaError } from '../errors.ts';
import { type IgnoreRules, ignores, parseHelmignore } from './helmignore.ts';
import type { Judgement } from './judgement.ts';
import { joinPath, packageTree, type PackageTree } from './package-tree.ts';

const maxComparisons = 500_000; // of a rule with a path; a chart of 5,000 files has 100,000

/**
 * Lists the files of a chart that Helm loads: all below its directory that its `.helmignore` does not hide. Undefined
 * where that cannot be judged, which is reported.
 * Source: Helm v4, pkg/chart/v2/loader/directory.go, `LoadDir`.
 */
export async function visibleTree(judgement: Judgement, directory: string): Promise<PackageTree | undefined> {
  const file = joinPath(directory, '.helmignore');
  const rules = await readRules(judgement, file);
  if (rules === undefined) return undefined;
  const files: string[] = [];
  const pending = [directory];
  let comparisons = 0;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    await judgement.reader.breathe();
    for (const [names, isDirectory] of [
      [judgement.tree.filesIn(at), false],
      [judgement.tree.directoriesIn(at), true],
    ] as const) {
      comparisons += names.length * rules.length;
      if (comparisons > maxComparisons) return refuse(judgement, file, 'it has too many rules for as many files');
      const shown = names
        .map((name) => joinPath(at, name))
        .filter((path) => !ignores(rules, relative(directory, path), isDirectory));
      (isDirectory ? pending : files).push(...shown);
    }
  }
  return packageTree(files);
}

async function readRules(judgement: Judgement, file: string): Promise<IgnoreRules | undefined> {
  const { content, problem } = judgement.tree.files.has(file) ? await judgement.reader.text(file) : { content: '' };
  if (content === undefined) return refuse(judgement, file, problem ?? '');
  try {
    return parseHelmignore(content);
  } catch (error) {
    if (error instanceof SchemaError) return refuse(judgement, file, error.message);
    throw error;
  }
}

function refuse(judgement: Judgement, file: string, problem: string): undefined {
  judgement.refuseUnreadable(file, '', problem);
}

function relative(directory: string, path: string): string {
  return directory === '' ? path : path.slice(directory.length + 1);
}
