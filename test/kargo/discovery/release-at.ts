import { execFileSync } from 'node:child_process';
import type { Store } from '@release-capsule/oci';
import { commitFiles, gitEnv, initRepository } from '../../releases/git-repository.ts';
import { packageFiles, type Release, releaseFrom, type ReleaseOptions } from '../../releases/release.ts';

/** An application whose commits have times of their own, each of which can be released whenever its build ends. */
export class TimedApplication {
  readonly #directory: string;
  readonly #commits = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
    initRepository(directory);
  }

  /** Commits a version at a time. */
  commit(version: string, at: string): void {
    commitFiles(this.#directory, { ...packageFiles, 'k8s/kustomize/base/version.yaml': `version: ${version}\n` }, version);
    const env = { ...gitEnv, GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at };
    const run = (...args: readonly string[]): string => execFileSync('git', ['-C', this.#directory, ...args], { env }).toString().trim();
    this.#commits.set(version, run('commit-tree', 'HEAD^{tree}', '-m', version));
  }

  /** Packs, signs and tags a version, however late. */
  async release(version: string, store: Store, options: ReleaseOptions): Promise<Release> {
    const commit = this.#commits.get(version) ?? '';
    execFileSync('git', ['-C', this.#directory, 'update-ref', 'refs/heads/main', commit], { env: gitEnv });
    return releaseFrom(store, this.#directory, options);
  }

  /** The tag of a version, of its image as of its capsule. */
  tag(version: string): string {
    return `git-${this.#commits.get(version) ?? ''}`;
  }
}
