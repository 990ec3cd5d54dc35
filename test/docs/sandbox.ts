import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { builtCommand } from '../built-command.ts';
import { workspaceRoot } from '../rules/source-files.ts';

const run = promisify(execFile);

/** A Git repository of an example application, and `capsule` on the PATH, for commands of the documentation. */
export interface Sandbox {
  /** Runs a script of Bash that must succeed, and returns what it printed. */
  bash(script: string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a sandbox of an application in `examples`. */
export async function makeSandbox(application: string): Promise<Sandbox> {
  const root = await mkdtemp(join(tmpdir(), 'docs-commands-'));
  const repository = join(root, 'repository');
  await cp(join(workspaceRoot, 'examples', application), repository, { recursive: true });
  const PATH = [await makeProgramFolder(root), process.env['PATH']].join(delimiter);
  // Nothing else of the caller's environment: in a CI job it names a repository and commit of its own.
  const env = { PATH, HOME: root, TMPDIR: root, COSIGN_PASSWORD: 'test', GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' };
  const commit = await makeRepository(repository, env);
  const facts = { ...env, COMMIT: commit, IMAGE_DIGEST: `sha256:${'1'.repeat(64)}` };
  return {
    bash: async (script) => {
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: repository, env: facts });
      return stdout;
    },
    remove: () => rm(root, { recursive: true }),
  };
}

async function makeProgramFolder(root: string): Promise<string> {
  const folder = join(root, 'bin');
  const shim = join(folder, 'capsule');
  await mkdir(folder);
  await writeFile(shim, `#!/bin/sh\nexec '${process.execPath}' '${await builtCommand()}' "$@"\n`);
  await chmod(shim, 0o755);
  return folder;
}

async function makeRepository(directory: string, env: NodeJS.ProcessEnv): Promise<string> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  const git = (...args: readonly string[]): Promise<{ stdout: string }> => run('git', [...identity, ...args], { cwd: directory, env });
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', 'https://github.com/example/hello.git');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Say hello');
  return (await git('rev-parse', 'HEAD')).stdout.trim();
}
