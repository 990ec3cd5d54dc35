import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

const bundledNode = join(workspaceRoot, 'node_modules', '.bin', 'node');

/**
 * Chooses the Node to run under: the caller's where it is of the line we develop on or newer, else the one among the
 * root's optional dependencies, else the caller's where it is supported at all.
 */
export function chooseNode() {
  const caller = findCallersNode();
  if (isSupported(caller.version) && majorOf(caller.version) >= 24) return caller.path;
  if (existsSync(bundledNode)) return realpathSync(bundledNode);
  if (isSupported(caller.version)) return caller.path;
  throw new Error(
    `Node ${caller.version} is too old, and npm has no newer one for ${process.platform}-${process.arch}.\n` +
      'Put Node 24.15 or newer (or 22.22.2 or newer of its line) on the PATH and run this again.',
  );
}

/** npm puts the bundled Node before the caller's on our PATH, but says which one npm itself runs under. */
export function findCallersNode(environment = process.env) {
  const [, version] = /\bnode\/v([0-9.]+)/.exec(environment.npm_config_user_agent ?? '') ?? [];
  const path = environment.npm_node_execpath;
  if (version !== undefined && path !== undefined) return { version, path };
  return { version: process.versions.node, path: process.execPath };
}

/** Mirrors `engines` of the packages: ^22.22.2 || ^24.15.0 || >=26. */
export function isSupported(version) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2);
  if (major === 24) return minor >= 15;
  return major >= 26;
}

function majorOf(version) {
  return Number.parseInt(version, 10);
}
