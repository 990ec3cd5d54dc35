import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { OciError } from '../../errors.ts';
import { isMissingFile } from '../../missing-file.ts';
import { parseDockerConfig, type DockerConfig } from './docker-config.ts';

/** The variables that say where the configuration lies. */
export type Environment = Readonly<Record<string, string | undefined>>;

const maxConfigBytes = 1024 * 1024; // a configuration is some kilobytes, one with many logins some dozens

/**
 * Lists the files that may hold credentials, best first: `REGISTRY_AUTH_FILE` alone where it is set; else Docker's
 * file in `DOCKER_CONFIG` or `HOME/.docker`, then Podman's in `XDG_RUNTIME_DIR/containers`.
 */
export function dockerConfigPaths(env: Environment): readonly string[] {
  const { REGISTRY_AUTH_FILE: authFile, DOCKER_CONFIG: directory, HOME: home, XDG_RUNTIME_DIR: runtime } = env;
  if (isSet(authFile)) return [authFile];
  const docker = isSet(directory) ? [join(directory, 'config.json')] : [];
  const ofHome = docker.length === 0 && isSet(home) ? [join(home, '.docker', 'config.json')] : [];
  const podman = isSet(runtime) ? [join(runtime, 'containers', 'auth.json')] : [];
  return [...docker, ...ofHome, ...podman];
}

/**
 * Reads a configuration file; undefined where there is none.
 * @throws {OciError} `CREDENTIALS_INVALID`.
 */
export async function readDockerConfig(path: string): Promise<DockerConfig | undefined> {
  let file: FileHandle;
  try {
    // Not blocking: a named pipe in the file's place must not hold us.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (isMissingFile(cause)) return undefined;
    throw unreadable(path, cause);
  }
  try {
    return parseDockerConfig(await readText(file, path), path);
  } finally {
    await file.close();
  }
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of file.createReadStream({ autoClose: false, end: maxConfigBytes })) {
      const bytes: Uint8Array = chunk;
      chunks.push(bytes);
      size += bytes.length;
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (size <= maxConfigBytes) return Buffer.concat(chunks).toString('utf8').replace(/^\uFEFF/, '');
  throw new OciError('CREDENTIALS_INVALID', `${path} is larger than ${maxConfigBytes} bytes`);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function unreadable(path: string, cause: unknown): OciError {
  return new OciError('CREDENTIALS_INVALID', `${path} cannot be read`, {
    hint: 'Check that it is a file and that you may read it.',
    cause,
  });
}
