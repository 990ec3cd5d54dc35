import { SchemaError } from '../errors.ts';
import { type IgnoreRules, ignores, parseHelmignore } from './helmignore.ts';
import type { Judgement } from './judgement.ts';
import { joinPath, packageTree, type PackageTree } from './package-tree.ts';

/**
 * Lists the files of a chart that Helm loads: all below its directory that its `.helmignore` does not hide. If that cannot
 * be judged, it is reported, and the answer is undefined.
 * Source: Helm v4, pkg/chart/v2/loader/directory.go, `LoadDir`.
 */
export async function visibleTree(judgement: Judgement, directory: string): Promise<PackageTree | undefined> {
  const file = joinPath(directory, '.helmignore');
  try {
    return packageTree(await visibleFiles(judgement, directory, await readRules(judgement, file)));
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    judgement.refuseUnreadable(file, '', error.message);
    return undefined;
  }
}

async function visibleFiles({ tree, reader }: Judgement, directory: string, rules: IgnoreRules): Promise<readonly string[]> {
  const files: string[] = [];
  const pending = [directory];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const [names, isDirectory] of [
      [tree.filesIn(at), false],
      [tree.directoriesIn(at), true],
    ] as const) {
      for (const name of names) {
        await reader.breathe();
        const path = joinPath(at, name);
        const isHidden = ignores(rules, relative(directory, path), isDirectory, reader.ignoreMeter);
        if (!isHidden) (isDirectory ? pending : files).push(path);
        reader.assertIgnoreSteps();
      }
    }
  }
  return files;
}

/** @throws {SchemaError} `PATTERN_INVALID`, also if the file cannot be read. */
async function readRules({ tree, reader }: Judgement, file: string): Promise<IgnoreRules> {
  if (!tree.files.has(file)) return parseHelmignore('');
  const { content, problem } = await reader.text(file);
  if (content === undefined) throw new SchemaError('PATTERN_INVALID', problem);
  return parseHelmignore(content);
}

function relative(directory: string, path: string): string {
  return directory === '' ? path : path.slice(directory.length + 1);
}
