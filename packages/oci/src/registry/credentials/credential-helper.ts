import { OciError } from '../../errors.ts';
import { isJsonObject } from '../../strict-json.ts';
import type { Credential } from './credential-provider.ts';
import { helperEnvironment } from './credential-environment.ts';

/** Which helper to ask, for what, in which environment. */
export interface HelperQuery {
  /** The helper's name, `^[A-Za-z0-9._-]+$`; the command is `docker-credential-<name>`. */
  readonly name: string;
  readonly serverAddress: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the helper is given up. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 60_000; // some helpers ask a cloud, or a person
const notInstalled = 'it is not installed, or not on the PATH';
const maxOutputBytes = 64 * 1024; // a user name and a token

/** What a helper answered: credentials, nothing, or not at all, because it is not installed. */
export interface HelperAnswer {
  readonly credential?: Credential | undefined;
  readonly missing?: OciError;
}

/**
 * Asks a Docker credential helper. Nothing that it writes gets into a message: it may hold the secret.
 * Source: docker/docker-credential-helpers, "Development".
 * @throws {OciError} `CREDENTIALS_INVALID` where it fails; where it is not installed, the error is returned.
 */
export async function askCredentialHelper(query: HelperQuery, signal?: AbortSignal): Promise<HelperAnswer> {
  const { stdout, failure } = await run(query, signal);
  signal?.throwIfAborted();
  if (failure === undefined) return { credential: parseOutput(stdout, query.name) };
  if (saysNotFound(stdout)) return {};
  const error = failed(query.name, failure);
  if (failure === notInstalled) return { missing: error };
  throw error;
}

interface Outcome {
  readonly stdout: string;
  readonly failure: string | undefined;
}

async function run({ name, serverAddress, env, timeoutMs }: HelperQuery, signal?: AbortSignal): Promise<Outcome> {
  const options = {
    env: helperEnvironment(env),
    timeout: timeoutMs ?? defaultTimeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: maxOutputBytes,
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  };
  // Loaded where a helper is asked: most commands ask none.
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = execFile(`docker-credential-${name}`, ['get'], options, (error, stdout) => {
      const failure = error === null ? undefined : describeFailure(error.code, error.killed === true);
      resolve({ stdout, failure });
    });
    // A helper that ends without reading its input is no error of the pipe's.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(serverAddress);
  });
}

function describeFailure(code: unknown, killed: boolean): string {
  if (code === 'ENOENT') return notInstalled;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `it wrote more than ${maxOutputBytes} bytes`;
  if (killed) return 'it took too long';
  return typeof code === 'number' ? `it ended with status ${code}` : `it could not be run (${String(code)})`;
}

// The protocol's own words for "nothing stored", on standard output with status 1.
function saysNotFound(stdout: string): boolean {
  return /^credentials not found in native (keychain|store)/i.test(stdout.trim());
}

function parseOutput(stdout: string, name: string): Credential | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw failed(name, 'its answer is not JSON'); // no cause: the parser's message quotes the answer
  }
  const { Username: username, Secret: secret } = isJsonObject(answer) ? answer : {};
  if (typeof username !== 'string' || typeof secret !== 'string') throw failed(name, 'its answer lacks user or secret');
  if (secret === '') return undefined;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

function failed(name: string, why: string): OciError {
  const message = `the credential helper docker-credential-${name} gave no credentials: ${why}`;
  return new OciError('CREDENTIALS_INVALID', message, {
    hint: 'Check the helper by hand, or remove it from the Docker configuration.',
  });
}
