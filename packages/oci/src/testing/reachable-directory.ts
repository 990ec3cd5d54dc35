import { access, chmod, constants, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

/** Makes a directory that every user may enter, and removes it when the test has finished. Skips the test without such a place. */
export async function reachableDirectory(context: TestContext): Promise<string> {
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
  return context.skip('needs a directory for temporary files that every user may enter');
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
