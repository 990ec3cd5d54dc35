import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

/**
 * Returns the environment for npm and pnpm. They keep downloads below the user's home; if it does not exist or cannot be
 * written, as in many containers, they keep them in the workspace.
 */
export function installEnvironment(environment = process.env) {
  const home = homedir();
  if (allows(home, constants.W_OK | constants.X_OK)) return environment;
  const folder = join(workspaceRoot, '.tools', 'home');
  return {
    ...environment,
    // The settings in a readable home still apply.
    HOME: allows(home, constants.R_OK | constants.X_OK) ? home : folder,
    npm_config_cache: join(folder, 'npm'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'share'),
    XDG_STATE_HOME: join(folder, 'state'),
  };
}

function allows(path, access) {
  try {
    accessSync(path, access);
    return true;
  } catch {
    return false;
  }
}
