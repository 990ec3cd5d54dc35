import { isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';

/**
 * Says where to keep what can be got again, or nothing where no directory is the user's own: one that others may write
 * to would let them choose whom we trust.
 * Source: XDG Base Directory Specification 0.8.
 */
export function cacheDirectory({ env }: Pick<Context, 'env'>, platform: NodeJS.Platform = process.platform): string | undefined {
  const parent = absolute(env['XDG_CACHE_HOME']) ?? platformDirectory(env, platform);
  return parent === undefined ? undefined : join(parent, 'release-capsule');
}

function platformDirectory(env: Context['env'], platform: NodeJS.Platform): string | undefined {
  if (platform === 'win32') return absolute(env['LOCALAPPDATA']);
  const home = absolute(env['HOME']);
  if (home === undefined) return undefined;
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
