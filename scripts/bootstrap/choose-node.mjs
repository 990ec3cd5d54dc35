import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

const bundledNode = join(workspaceRoot, 'node_modules', '.bin', 'node');

/**
 * Chooses the Node to run under: the one that runs this where it is of the line we develop on or newer, else the
 * one among the root's optional dependencies, else the one that runs this where it is supported at all.
 */
export function chooseNode() {
  const running = process.versions.node;
  if (isSupported(running) && majorOf(running) >= 24) return process.execPath;
  if (existsSync(bundledNode)) return realpathSync(bundledNode);
  if (isSupported(running)) return process.execPath;
  throw new Error(
    `Node ${running} is too old, and no newer one can be installed from npm for ${process.platform}-${process.arch}.\n` +
      'Put Node 24.15 or newer (or 22.22.2 or newer of its line) on the PATH and run this again.',
  );
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
