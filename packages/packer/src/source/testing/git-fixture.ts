import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SourceFile, SourcePackage, SourceSelection } from '../source.ts';

/** The environment that tests give to the code under test. */
export const testEnv: Readonly<Record<string, string | undefined>> = { PATH: process.env['PATH'] };

/** A file's text, or what else a path can be. */
export type Fixture = string | Uint8Array | { readonly script: string } | { readonly link: string };

/** A repository in a temporary directory. */
export interface GitFixture extends Disposable {
  readonly directory: string;
  git(...args: readonly string[]): string;
  /** Writes files, adds all and commits; returns the commit's id. */
  commit(files: Readonly<Record<string, Fixture>>): string;
}

/** Makes a temporary directory that goes away with its scope. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'capsule-source-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes an empty repository, isolated from the user's configuration. */
export function gitFixture(options: readonly string[] = []): GitFixture {
  const { path: directory, [Symbol.dispose]: dispose } = temporaryDirectory();
  const git = (...args: readonly string[]): string => runTestGit(directory, args);
  git('init', '-q', '-b', 'main', ...options);
  const commit = (files: Readonly<Record<string, Fixture>>): string => {
    writeFiles(directory, files);
    git('add', '-A', '-f');
    git('commit', '-q', '--allow-empty', '-m', 'a commit');
    return git('rev-parse', 'HEAD');
  };
  return { directory, git, commit, [Symbol.dispose]: dispose };
}

/** Runs git as a user would, with a fixed identity and time. */
export function runTestGit(directory: string, args: readonly string[], input = ''): string {
  const identity = ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'A'], [`GIT_${who}_EMAIL`, 'a@example.com'], [`GIT_${who}_DATE`, '1700000000 +0100'],
  ]);
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(identity) };
  return execFileSync('git', ['-C', directory, ...args],
    { env, input, stdio: ['pipe', 'pipe', 'ignore'] }).toString().trim();
}

/** Writes files, scripts and links below a directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, Fixture>>): void {
  for (const [path, fixture] of Object.entries(files)) {
    const at = join(directory, path);
    mkdirSync(dirname(at), { recursive: true });
    rmSync(at, { force: true });
    if (typeof fixture === 'string' || fixture instanceof Uint8Array) writeFileSync(at, fixture);
    else if ('link' in fixture) symlinkSync(fixture.link, at);
    else {
      writeFileSync(at, fixture.script);
      chmodSync(at, 0o755);
    }
  }
}

/** A selection of everything, changed as a test needs it. */
export function selecting(changed: Partial<SourceSelection> = {}): SourceSelection {
  return { path: '.', include: [], exclude: [], dereference: false, maxFileBytes: 1_000_000, ...changed };
}

/** Reads a file's content whole. */
export async function readText(file: SourceFile): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.content()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Reads all files of a package: path to text. */
export async function readAll(opened: SourcePackage): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const file of opened.files) texts[file.path] = await readText(file);
  return texts;
}
