import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOutsideReferences } from '@release-capsule/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Tree, writeTree } from './support/image-packages.ts';
import { listFiles } from './support/list-files.ts';
import { type Ended, runProgram, runToSuccess } from './support/run-program.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { toolPath } from './tools.ts';

// What is said of charts that Helm loads, and of those that it does not, is asked of Helm 3 and Helm 4.

const tools = ['helm3', 'helm'] as const;
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const app = 'apiVersion: v2\nname: app\nversion: 1.0.0\n';
const sub = 'apiVersion: v2\nname: sub\nversion: 1.2.3\n';
const dependsOn = (version: string): string => `${app}dependencies: [{name: sub, version: "${version}", repository: "https://charts.example.com"}]\n`;
const vendored: Tree = { 'charts/sub/Chart.yaml': sub, 'charts/sub/templates/cm.yaml': configMap('from-sub') };
const chart: Tree = { 'Chart.yaml': dependsOn('1.2.3'), 'templates/cm.yaml': configMap('from-app') };

let folder: TemporaryFolder;
let home = '';
let made = 0;
beforeAll(() => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  mkdirSync(home);
});
afterAll(() => folder[Symbol.dispose]());

function environment(): Readonly<Record<string, string>> {
  return { HOME: home, PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1' };
}

function write(tree: Tree): string {
  const directory = join(folder.path, `chart-${(made += 1)}`);
  writeTree(directory, tree);
  return directory;
}

function template(tool: (typeof tools)[number], directory: string): Promise<Ended> {
  return runProgram(toolPath(tool), ['template', 'release', directory], { cwd: folder.path, env: environment() });
}

async function isAccepted(directory: string): Promise<boolean> {
  const paths = listFiles(directory).map(({ path }) => path);
  const findings = await findOutsideReferences({ paths, read: (path) => readFileSync(join(directory, path)) });
  return findings.length === 0;
}

describe('a packed chart that is accepted, and that Helm renders,', () => {
  const source = (): string => write({ 'sub/Chart.yaml': sub, 'sub/templates/cm.yaml': configMap('from-sub'), [`sub/files/${'long-'.repeat(18)}name.txt`]: 'x' });
  const tar = (...options: readonly string[]) => (directory: string, archive: string): Promise<string> =>
    runToSuccess('tar', [...options, '-czf', archive, '-C', directory, 'sub'], { cwd: folder.path, env: environment() });

  const forms: Readonly<Record<string, (directory: string, archive: string) => Promise<unknown>>> = {
    'helm package': async (directory, archive) => {
      await runToSuccess(toolPath('helm3'), ['package', join(directory, 'sub'), '-d', directory], { cwd: folder.path, env: environment() });
      writeFileSync(archive, readFileSync(join(directory, 'sub-1.2.3.tgz')));
    },
    'tar in ustar form': tar('--format=ustar'),
    'tar in PAX form': tar('--format=pax'),
    'tar in GNU form': tar('--format=gnu'),
    'git archive': async (directory, archive) => {
      const git = (...args: readonly string[]): Promise<string> =>
        runToSuccess('git', ['-C', directory, '-c', 'user.name=x', '-c', 'user.email=x@example.com', '-c', 'commit.gpgSign=false', ...args], { cwd: folder.path, env: environment() });
      await git('init', '-q');
      await git('add', '-A');
      await git('commit', '-qm', 'sub');
      await git('archive', '--format=tar.gz', '-o', archive, 'HEAD', 'sub');
    },
  };

  test.each(Object.entries(forms))('is made by %s', async (_, pack) => {
    const directory = write({ ...chart, 'charts/.gitkeep': '' });
    await pack(source(), join(directory, 'charts/sub.tgz'));

    expect(await isAccepted(directory)).toBe(true);
    for (const tool of tools) expect((await template(tool, directory)).stdout, tool).toContain('from-sub');
  });
});

describe('a chart that is accepted, and that Helm renders with its dependency,', () => {
  test.each<[string, Tree]>([
    ['has it at an exact version', { ...chart, ...vendored }],
    ['has it in a range', { ...chart, 'Chart.yaml': dependsOn('^1.0.0'), ...vendored }],
    ['has it at a version with build metadata', { ...chart, ...vendored, 'charts/sub/Chart.yaml': sub.replace('1.2.3', '1.2.3+build.5') }],
    ['asks for build metadata that it does not have', { ...chart, 'Chart.yaml': dependsOn('1.2.3+other'), ...vendored }],
    ['has it under a version with "v"', { ...chart, 'Chart.yaml': dependsOn('1.2.3'), ...vendored, 'charts/sub/Chart.yaml': sub.replace('1.2.3', 'v1.2.3') }],
    ['ignores other files in charts', { ...chart, ...vendored, 'charts/README.md': 'x', '.helmignore': '*.md\n' }],
    ['has notes in charts that Helm passes over', { ...chart, ...vendored, 'charts/_notes': 'x', 'charts/.keep': '' }],
    ['has a schema of the newest draft, by its short name', { ...chart, ...vendored, 'values.schema.json': '{"$schema": "https://json-schema.org/schema#", "type": "object"}' }],
    ['has a schema with an identifier', { ...chart, ...vendored, 'values.schema.json': '{"$id": "https://example.invalid/v.json", "$ref": "#/$defs/a", "$defs": {"a": {}}}' }],
    ['has no apiVersion', { ...chart, ...vendored, 'charts/sub/Chart.yaml': 'name: sub\nversion: 1.2.3\n' }],
  ])('%s', async (_, tree) => {
    const directory = write(tree);

    expect(await isAccepted(directory)).toBe(true);
    for (const tool of tools) {
      const { stdout, stderr } = await template(tool, directory);
      expect(stdout, `${tool}: ${stderr}`).toContain('from-sub');
    }
  });
});

describe('a chart that is refused, and that Helm cannot load or renders without its dependency,', () => {
  test.each<[string, Tree]>([
    ['has a file in charts', { ...chart, ...vendored, 'charts/README.md': 'x' }],
    ['has a directory in charts that is no chart', { ...chart, ...vendored, 'charts/notes/README.md': 'x' }],
    ['hides the dependency', { ...chart, ...vendored, '.helmignore': 'charts/sub\n' }],
    ['hides it by a pattern', { ...chart, ...vendored, '.helmignore': 'charts/s[t-v]?\n' }],
    ['hides its own Chart.yaml', { ...chart, ...vendored, '.helmignore': 'Chart.yaml\n' }],
    ['does not have the dependency', chart],
    ['has a dependency without a version', { ...chart, ...vendored, 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\n' }],
    ['has a pattern that Helm refuses', { ...chart, ...vendored, '.helmignore': 'a/**\n' }],
  ])('%s', async (_, tree) => {
    const directory = write(tree);

    expect(await isAccepted(directory)).toBe(false);
    for (const tool of tools) {
      expect((await template(tool, directory)).stdout, tool).not.toContain('from-sub');
    }
  });
});

test('a dependency at another version than the one asked for is refused: Helm does not take it for the dependency', async () => {
  const withVersion = (version: string): string => {
    const aliased = dependsOn(version).replace('name: sub,', 'name: sub, alias: renamed,');
    return write({ ...chart, ...vendored, 'Chart.yaml': aliased, 'charts/sub/templates/cm.yaml': configMap('named-{{ .Chart.Name }}') });
  };
  const [asked, other] = [withVersion('^1.0.0'), withVersion('^2.0.0')];

  expect([await isAccepted(asked), await isAccepted(other)]).toEqual([true, false]);
  for (const tool of tools) {
    expect((await template(tool, asked)).stdout, tool).toContain('named-renamed');
    expect((await template(tool, other)).stdout, tool).not.toContain('named-renamed');
  }
});
