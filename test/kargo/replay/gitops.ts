import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commitFiles, type Files, git, initRepository } from '../../releases/git-repository.ts';

/** A GitOps repository that Kargo clones from and pushes to. */
export class GitopsRepository {
  readonly path: string;
  /** What `git-clone` is given. */
  readonly url: string;

  /** Makes one with files on `main`, and branches of rendered output. */
  constructor(directory: string, { main, branches }: { readonly main: Files; readonly branches: Readonly<Record<string, Files>> }) {
    this.path = join(directory, 'gitops.git');
    this.url = pathToFileURL(this.path).href;
    initRepository(this.path, ['--bare']);
    for (const [branch, files] of Object.entries(branches)) {
      commitFiles(this.path, files, 'seed');
      git(this.path, ['update-ref', `refs/heads/${branch}`, 'refs/heads/main']);
    }
    git(this.path, ['update-ref', '-d', 'refs/heads/main']);
    commitFiles(this.path, main, 'the sources');
  }

  /** The commit of each branch: two equal answers mean that nothing was pushed in between. */
  heads(): Readonly<Record<string, string>> {
    const format = '--format=%(refname:lstrip=2) %(objectname)';
    const lines = git(this.path, ['for-each-ref', format, 'refs/heads']).toString().trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ')));
  }

  /** The files of a branch below a directory, by their path in it. */
  files(branch: string, directory = ''): Readonly<Record<string, string>> {
    const tree = `refs/heads/${branch}${directory === '' ? '' : `:${directory}`}`;
    const paths = git(this.path, ['ls-tree', '-r', '-z', '--name-only', tree]).toString().split('\0').filter((path) => path !== '');
    const read = (path: string): string => git(this.path, ['cat-file', 'blob', `refs/heads/${branch}:${join(directory, path)}`]).toString();
    return Object.fromEntries(paths.map((path) => [path, read(path)]));
  }

  /** Puts files on a branch instead of what it holds, in a commit on top of that. */
  put(branch: string, files: Parameters<typeof commitFiles>[1]): void {
    const heads = this.heads();
    const tree = `${commitFiles(this.path, files, 'put there')}^{tree}`;
    const parent = heads[branch] === undefined ? [] : ['-p', heads[branch]];
    const commit = git(this.path, ['commit-tree', tree, ...parent, '-m', 'put there']).toString().trim();
    git(this.path, ['update-ref', 'refs/heads/main', heads['main'] ?? '']);
    git(this.path, ['update-ref', `refs/heads/${branch}`, commit]);
  }

  message(branch: string): string {
    return git(this.path, ['log', '-1', '--format=%B', `refs/heads/${branch}`]).toString();
  }
}
