import { access, constants, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The ignored folder that everything is installed into. */
export const toolFolder = fileURLToPath(new URL('../../.tools/', import.meta.url));
export const binFolder = join(toolFolder, 'bin');
export const sourceFolder = join(toolFolder, 'sources');
const stampFolder = join(toolFolder, 'stamps');

/** Tells whether `name` was installed from exactly `pin` into a folder before. */
export async function isInstalled(name, pin, folder = binFolder) {
  try {
    const stamp = await readFile(join(stampFolder, name), 'utf8');
    await access(join(folder, name), constants.X_OK);
    return stamp === pin;
  } catch {
    return false;
  }
}

/** Records that `name` was installed from `pin`. */
export async function recordInstalled(name, pin) {
  await mkdir(stampFolder, { recursive: true });
  await writeFile(join(stampFolder, name), pin);
}

/** Puts a program into the folder's bin under `name`, or something else into another folder. */
export async function linkTool(name, target, folder = binFolder) {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, name), { force: true });
  await symlink(target, join(folder, name));
}

/** Puts a program into the folder's bin that finds its shared libraries in `libraryFolder`. */
export async function wrapTool(name, target, libraryFolder) {
  await mkdir(binFolder, { recursive: true });
  await rm(join(binFolder, name), { force: true });
  const lines = ['#!/bin/sh', `LD_LIBRARY_PATH='${libraryFolder}' exec '${target}' "$@"`, ''];
  await writeFile(join(binFolder, name), lines.join('\n'), { mode: 0o755 });
}

/** Finds a program on the caller's PATH, outside the folder itself. */
export async function findOnPath(name) {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(directory, name);
    if (directory === '' || candidate.startsWith(toolFolder)) continue;
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
