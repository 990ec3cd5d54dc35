import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';
import type { KeyPairPem } from './generate-key-pair.ts';

/** Where {@link writeKeyPair} wrote. */
export interface KeyPairFiles {
  readonly privateKeyPath: string;
  readonly publicKeyPath: string;
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly content: string;
  readonly mode: number;
}

/**
 * Writes `<name>.key` (mode 0600) and `<name>.pub` (mode 0644) into a directory that exists. Overwrites neither, and
 * leaves neither behind where the other cannot be written.
 * @throws {PackError} `KEY_EXISTS`.
 */
export async function writeKeyPair(
  directory: string,
  keys: Pick<KeyPairPem, 'privateKeyPem' | 'publicKeyPem'>,
  name = 'cosign',
): Promise<KeyPairFiles> {
  assertArguments({ directory: 'text', keys: { privateKeyPem: 'text', publicKeyPem: 'text' }, name: 'text' }, { directory, keys, name });
  const files = {
    privateKeyPath: join(directory, `${name}.key`),
    publicKeyPath: join(directory, `${name}.pub`),
  };
  const opened: OpenFile[] = [];
  try {
    // Both names are taken before a byte is written; `wx` follows no link.
    opened.push(await openNew(files.privateKeyPath, keys.privateKeyPem, 0o600));
    opened.push(await openNew(files.publicKeyPath, keys.publicKeyPem, 0o644));
    for (const file of opened) await fill(file);
  } catch (error) {
    await Promise.all(opened.map(remove));
    throw error;
  }
  return files;
}

async function openNew(path: string, content: string, mode: number): Promise<OpenFile> {
  try {
    return { path, handle: await open(path, 'wx', 0o600), content, mode };
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    throw new PackError('KEY_EXISTS', `${path} already exists`, {
      hint: 'Choose another directory or name. A key that has signed releases cannot be made again.',
      cause,
    });
  }
}

async function fill({ handle, content, mode }: OpenFile): Promise<void> {
  await handle.writeFile(content);
  await handle.chmod(mode); // the umask may have taken more than the mode asks for
  await handle.sync();
  await handle.close();
}

async function remove({ path, handle }: OpenFile): Promise<void> {
  await handle.close().catch(() => undefined);
  await unlink(path);
}
