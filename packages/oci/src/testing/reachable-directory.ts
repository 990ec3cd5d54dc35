import { access, chmod, constants, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a directory that every user may enter, if there is a place for one, and removes it when the test has finished. */
export async function reachableDirectory(): Promise<string | undefined> {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp', '/dev/shm']) {
    if (!(await isUsable(parent))) continue;
    const directory = await mkdtemp(join(parent, 'oci-layout-'));
    onTestFinished(async () => {
      await chmod(directory, 0o700);
      await rm(directory, { recursive: true });
    });
    await chmod(directory, 0o755);
    return directory;
  }
  return undefined;
}

async function isUsable(path: string): Promise<boolean> {
  const isWritable = await access(path, constants.W_OK).then(() => true, () => false);
  return isWritable && isReachable(await realpath(path));
}

/** A user needs the permission to search each directory on the way. */
async function isReachable(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o001) === 0) return false;
  return path === dirname(path) || isReachable(dirname(path));
}
