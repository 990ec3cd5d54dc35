import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import type { Plugin } from 'vitest/config';

/**
 * Lets the tests run in a workspace whose path Vite misreads: it takes `#` and `?` for the end of a file's path, and
 * `%20` for a space. There, a module is named by its path below a link to the workspace.
 */
export function plainPath(workspace: string): Plugin[] {
  if (isPlain(workspace)) return [];
  const link = linkTo(workspace);
  return [
    {
      name: 'plain-path',
      enforce: 'pre',
      async resolveId(source, importer, options) {
        const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
        if (!resolved?.id.startsWith(workspace + sep)) return resolved;
        return { ...resolved, id: link + resolved.id.slice(workspace.length) };
      },
    },
  ];
}

function isPlain(path: string): boolean {
  return !/[#?%]/.test(path);
}

function linkTo(workspace: string): string {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].filter((path) => existsSync(path)).map((path) => realpathSync(path)).find(isPlain);
  if (parent === undefined) {
    throw new Error(`Vite misreads the path ${workspace}. Set TMPDIR to a directory whose path has no "#", "?" or "%".`);
  }
  const folder = mkdtempSync(join(parent, 'capsule-tests-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const link = join(folder, 'workspace');
  symlinkSync(workspace, link);
  return link;
}
