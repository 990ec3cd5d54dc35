import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspace } from './make-repository.ts';

/** What `npm run image` prints, as far as tests read it. */
export interface BuiltImage {
  readonly digest: string;
  readonly tag: string;
  readonly created: string;
  readonly revision: string;
  readonly compressedBytes: number;
  readonly unpackedBytes: number;
}

/** Builds the container image of the verify service to a reference, from the sources of a workspace. */
export async function buildServiceImage(output: string, { root = workspace, env = {}, umask = '022' } = {}): Promise<BuiltImage> {
  const args = ['--conditions=source', join(root, 'scripts/build-image.mjs'), '--output', output];
  const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 1024 * 1024 };
  const { stdout } = await promisify(execFile)('sh', ['-c', 'umask "$0"; exec "$@"', umask, process.execPath, ...args], options);
  return JSON.parse(stdout) as BuiltImage;
}
