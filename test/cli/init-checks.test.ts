import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { headingAnchors } from '../markdown.ts';
import { lockedProgram } from '../npm/locked-program.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import { Workbench } from './workbench.ts';

const files = {
  ...lockedProgram,
  'k8s/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'k8s/base/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ image: ghcr.io/example/app }] } } }\n',
  'k8s/overlays/live/kustomization.yaml': 'resources: [../../base]\n',
  'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
  'docs/guide.md': 'About something else.\n',
};

let bench: Workbench;

beforeEach(() => {
  bench = new Workbench(files);
  bench.git('remote', 'add', 'origin', 'https://github.com/example/app.git');
});

afterEach(() => bench[Symbol.dispose]());

const run = (...args: readonly string[]): ReturnType<Workbench['run']> => bench.run(['init', '--yes', ...args], { cwd: bench.path('app'), env: bench.pathWithGit() });
const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => bench.json(['init', '--yes', ...args], { cwd: bench.path('app'), env: bench.pathWithGit() });
const status = (): string => bench.git('status', '--porcelain');

describe('init checks before it writes', () => {
  test.each([
    ['a directory that does not exist', ['--package', 'deploy'], 'Git tracks no file in the package "deploy"', 'Packages in this repository: k8s, charts/app.'],
    ['a directory that Git does not know', ['--package', 'untracked'], 'Git tracks no file in the package "untracked"', 'add its files with git add'],
    ['a file', ['--package', 'docs/guide.md'], 'Git tracks no file in the package "docs/guide.md"', 'Name a directory'],
    ['a directory that is no package', ['--package', 'docs', '--kind', 'kustomize'], 'the package "docs" has no kustomization.yaml', 'give --kind helm'],
    ['a package that is no chart', ['--package', 'k8s', '--kind', 'helm'], 'the package "k8s" has no Chart.yaml', 'give --kind kustomize'],
    ['a directory above the chart', ['--package', 'charts', '--kind', 'helm'], 'the package "charts" has no Chart.yaml', 'Name the directory of the chart'],
    ['a chart that is no kustomization', ['--package', 'charts/app', '--kind', 'kustomize'], 'the package "charts/app" has no kustomization.yaml', 'give --kind helm'],
    ['an entry that does not exist', ['--package', 'k8s', '--entry', 'overlays/production'], 'the directory "overlays/production" of the package "k8s" has no kustomization.yaml', '--entry base'],
    ['an entry that holds entries', ['--package', 'k8s', '--entry', 'overlays'], 'the directory "overlays" of the package "k8s" has no kustomization.yaml', '--entry base'],
    ['a capsule in the place of the image', ['--package', 'k8s', '--capsule', 'ghcr.io/example/app'], '--capsule "ghcr.io/example/app" is the repository of the image', 'a repository of its own'],
  ])('%s', async (_what, flags, message, hint) => {
    bench.write('app/untracked/kustomization.yaml', 'resources: []\n');
    const before = status();
    const result = await run(...flags);

    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(`${message} [OPTION_INVALID]`) });
    expect(result.stderr).toContain(hint);
    expect(status()).toBe(before);
  });

  test('what a capsule.yaml says, too', async () => {
    bench.commit({ 'capsule.yaml': 'apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: { from: gone }\n' });

    expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining('Git tracks no file in the package "gone"') });
  });

  test.each([
    ['an overlay', ['--package', 'k8s', '--entry', 'overlays/live']],
    ['a chart', ['--package', 'charts/app', '--image', 'ghcr.io/example/app']],
  ])('and takes what is there: %s', async (_what, flags) => {
    expect(await run(...flags)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('init --dry-run', () => {
  test('says what would be done, never that it was', async () => {
    const { stdout } = await run('--package', 'k8s', '--dry-run');

    expect(stdout).toMatch(/^· app: nothing was written\. This is what capsule init would do:\n/);
    expect(stdout).toMatch(/^ {2}would be created {2}capsule\.yaml$/m);
    expect(stdout.replaceAll('would be created', '')).not.toMatch(/created|overwritten|is set up|Next:/);
    expect(status()).toBe('');
  });

  test('says what --force would do', async () => {
    bench.write('app/capsule-policy.yaml', 'mine\n');
    const without = await run('--package', 'k8s', '--dry-run');
    const withForce = await run('--package', 'k8s', '--dry-run', '--force');

    expect(without.stdout).toMatch(/^ {2}differs; only --force would overwrite it {2}capsule-policy\.yaml$/m);
    expect(withForce.stdout).toMatch(/^ {2}would be overwritten {2}capsule-policy\.yaml$/m);
    expect(bench.read('app/capsule-policy.yaml')).toBe('mine\n');
  });
});

describe('the repository of the capsule', () => {
  const gitLab = 'registry.gitlab.com';
  const project = 'https://gitlab.com/example/app';

  // The remote, the image and the CI system where they are stated, then the image and the capsule.
  test.each([
    ['a project', `${project}.git`, {}, `${gitLab}/example/app`, `${gitLab}/example/app/capsule`],
    ['a project in nested groups', 'git@gitlab.com:Group/Sub/Team/App.git', {}, `${gitLab}/group/sub/team/app`, `${gitLab}/group/sub/team/app/capsule`],
    ['an image below the project', project, { image: `${gitLab}/example/app/web` }, `${gitLab}/example/app/web`, `${gitLab}/example/app/web-capsule`],
    ['an image of another project', project, { image: `${gitLab}/example/other` }, `${gitLab}/example/other`, `${gitLab}/example/other/capsule`],
    ["a neighbour's name", project, { image: `${gitLab}/example/app-web` }, `${gitLab}/example/app-web`, `${gitLab}/example/app-web/capsule`],
    [
      'the registry of a GitLab of your own',
      'https://git.example.com/team/app',
      { image: 'registry.example.com:5050/team/app', ci: 'gitlab' },
      'registry.example.com:5050/team/app',
      'registry.example.com:5050/team/app/capsule',
    ],
    ['another registry beside GitLab', project, { image: 'harbor.example.com/team/web' }, 'harbor.example.com/team/web', 'harbor.example.com/team/web-capsule'],
    ['GitHub', 'https://github.com/example/app', {}, 'ghcr.io/example/app', 'ghcr.io/example/app-capsule'],
    [
      "GitLab's registry for sources at GitHub",
      'https://github.com/example/app',
      { image: `${gitLab}/example/app` },
      `${gitLab}/example/app`,
      `${gitLab}/example/app/capsule`,
    ],
  ])('lies where the registry has room for it: %s', async (_what, remote, stated, image, capsule) => {
    bench.git('remote', 'set-url', 'origin', remote);
    const flags = Object.entries(stated).flatMap(([name, value]) => [`--${name}`, value]);
    const { answers } = await json('--package', 'k8s', '--dry-run', '--image-name', 'ghcr.io/example/app', ...flags);

    expect(answers).toMatchObject({ image, capsule });
  });

  test('at GitLab comes with the warning that its registry may refuse it', async () => {
    bench.git('remote', 'set-url', 'origin', 'https://gitlab.com/example/app');
    const { stdout } = await run('--package', 'k8s', '--image-name', 'ghcr.io/example/app');

    expect(stdout).toContain("! GitLab's registry may refuse the capsule: it takes known types only [REGISTRY_MAY_REFUSE]");
    expect((await run('--package', 'k8s', '--force', '--image-name', 'ghcr.io/example/app', '--capsule', 'ghcr.io/example/app-capsule')).stdout).not.toContain('REGISTRY_MAY_REFUSE');
  });
});

describe('every link of a set-up', () => {
  const home = 'https://github.com/release-capsule/release-capsule';
  const links = (text: string): readonly string[] => text.match(/https?:\/\/[^\s"'`)>,]+/g)?.map((link) => link.replace(/[.:;]$/, '')) ?? [];

  test.each(['github', 'gitlab'] as const)('at %s leads to a page of this project that exists, or is an address that was answered', async (ci) => {
    const host = `https://${ci}.com/example/app`;
    bench.git('remote', 'set-url', 'origin', host);
    const { stdout } = await run('--package', 'k8s', '--image', 'ghcr.io/example/app');
    const written = readdirSync(bench.path('app'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('.git/') && !entry.parentPath.endsWith('.git'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    const issuer = /^https:\/\/(?:token\.actions\.githubusercontent\.com|gitlab\.com)$/;
    const found = [stdout, ...written].flatMap(links).filter((link) => !link.startsWith(host) && !issuer.test(link));
    const pages = found.flatMap((link) => (link.startsWith(`${home}/blob/main/`) ? [link.slice(`${home}/blob/main/`.length)] : []));

    // The component of Kargo's tasks is named by the tag of this version, as kustomize fetches it.
    expect(found.filter((link) => !link.startsWith(`${home}/blob/main/`) && !link.startsWith(`${home}//deploy/kargo/`))).toEqual([]);
    expect(pages.length).toBeGreaterThan(4);
    expect(pages.filter((page) => !isThere(page))).toEqual([]);
  });

  test('names no page by a path in a clone that the reader may not have', async () => {
    const { stdout } = await run('--package', 'k8s');
    const help = (await bench.run(['init', '--help'])).stdout;

    expect(`${stdout}${help}${bench.read('app/capsule.yaml')}${bench.read('app/capsule-policy.yaml')}`.replaceAll(/https:\S+/g, '')).not.toMatch(/\bdocs\//);
  });

  function isThere(page: string): boolean {
    const [path = '', anchor] = page.split('#');
    const at = join(workspaceRoot, path);
    return existsSync(at) && (anchor === undefined || headingAnchors(readFileSync(at, 'utf8')).has(anchor));
  }
});
