import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspaceRoot: string = fileURLToPath(new URL('../../', import.meta.url));

/** A source file of ours; `path` is relative to the workspace. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
}

/** Reads every source file of ours below a folder of the workspace. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
  return listFiles(folder).map((path) => {
    const isTest = /\.test\.ts$|(^|\/)testing\//.test(path);
    return { path, text: readFileSync(join(workspaceRoot, path), 'utf8'), isTest };
  });
}

const notOurs = new Set(['node_modules', 'dist', 'generated']);

function listFiles(folder: string): readonly string[] {
  if (!existsSync(join(workspaceRoot, folder))) return [];
  const entries = readdirSync(join(workspaceRoot, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : listFiles(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/** Lists what a module imports or re-exports, statically or on demand. */
export function listImports(text: string): readonly string[] {
  const patterns = [/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'/gm, /\bimport\(\s*'([^']+)'\s*\)/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** Leaves the code of a module, so that a word in a comment is not taken for a use. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
