import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file's bytes or text, or an executable file's text. */
export type FileContent = string | Uint8Array | { readonly script: string };
/** What a commit can hold beside files: links. */
export type CommitContent = FileContent | { readonly link: string };
export type Files = Readonly<Record<string, FileContent>>;

/** When every commit of these tests was made: 2026-03-04T05:06:07Z. */
export const committedAt = 1_772_600_767;

const identity = ['AUTHOR', 'COMMITTER'].flatMap((who) => [
  [`GIT_${who}_NAME`, 'A'],
  [`GIT_${who}_EMAIL`, 'a@example.com'],
  [`GIT_${who}_DATE`, `${committedAt} +0545`],
]);

/** What git sees of the environment: a fixed identity and time, no configuration of the user's. */
export const gitEnv: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(identity),
};

/** Runs git in a directory and returns what it prints, byte for byte. */
export function git(directory: string, args: readonly string[], input: string | Uint8Array = ''): Buffer {
  const stdio = ['pipe', 'pipe', 'ignore'] as const;
  return execFileSync('git', ['-C', directory, ...args], { env: gitEnv, input, stdio: [...stdio], maxBuffer: 2 ** 28 });
}

/** Makes an empty repository. */
export function initRepository(directory: string, options: readonly string[] = []): void {
  mkdirSync(directory, { recursive: true });
  git(directory, ['init', '-q', '-b', 'main', ...options]);
}

/**
 * Commits files as blobs, whatever attributes, filters or file system would make of them; returns the commit's id.
 * No working tree is written.
 */
export function commitFiles(directory: string, files: Readonly<Record<string, CommitContent>>, message = 'a commit'): string {
  const lines = Object.entries(files).map(([path, content]) => {
    const [mode, bytes] = modeAndBytes(content);
    const id = text(git(directory, ['hash-object', '-w', '--stdin', '--no-filters'], bytes));
    return `${mode} blob ${id}\t${path}\0`;
  });
  git(directory, ['read-tree', '--empty']);
  git(directory, ['update-index', '-z', '--index-info'], lines.join(''));
  const tree = text(git(directory, ['write-tree']));
  const commit = text(git(directory, ['commit-tree', tree, '-m', message]));
  git(directory, ['update-ref', 'refs/heads/main', commit]);
  return commit;
}

function modeAndBytes(content: CommitContent): readonly [mode: string, bytes: string | Uint8Array] {
  if (typeof content === 'string' || content instanceof Uint8Array) return ['100644', content];
  return 'link' in content ? ['120000', content.link] : ['100755', content.script];
}

/** Writes files below a directory. */
export function writeFiles(directory: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const at = join(directory, path);
    mkdirSync(dirname(at), { recursive: true });
    if (typeof content === 'object' && 'script' in content) writeFileSync(at, content.script, { mode: 0o755 });
    else writeFileSync(at, content);
  }
}

function text(bytes: Buffer): string {
  return bytes.toString().trim();
}
