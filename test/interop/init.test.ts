import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { Workbench } from '../cli/workbench.ts';
import { lockedProgram } from '../npm/locked-program.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import { toolPath } from './tools.ts';

const run = promisify(execFile);
const component = join(workspaceRoot, 'deploy/kargo/release-capsule');

let bench: Workbench;

beforeEach(() => {
  bench = new Workbench({ ...lockedProgram, 'k8s/kustomization.yaml': 'resources: []\n' });
  bench.git('remote', 'add', 'origin', 'https://github.com/example/hello.git');
});

afterEach(() => bench[Symbol.dispose]());

const init = (...args: readonly string[]): Promise<unknown> => bench.json(['init', '--yes', ...args], { cwd: bench.path('app') });
const read = (path: string): string => readFileSync(bench.path('app', path), 'utf8');

const buildJob = [
  'on: push',
  'jobs:',
  '  image:',
  '    runs-on: ubuntu-24.04',
  '    outputs: { digest: "${{ steps.push.outputs.digest }}" }',
  '    steps:',
  '      - id: push',
  '        run: echo digest=x >> "$GITHUB_OUTPUT"',
];

describe('actionlint', () => {
  test.each([
    ['keyless to ghcr.io', []],
    ['with a key to a registry of its own', ['--sign', 'key', '--image', 'registry.example.com:5000/team/app']],
    ['a branch with a quote', ['--branch', "it's/main#1"]],
  ])('finds nothing wrong with a workflow that releases %s, nor with the one that calls it as init says', async (_what, flags) => {
    const { stdout } = await bench.run(['init', '--yes', ...flags], { cwd: bench.path('app') });
    const lines = stdout.split('\n');
    const first = lines.findIndex((line) => line.includes('Add this to the workflow'));
    const callingJob = lines.slice(first + 1, lines.findIndex((line) => /^ {2}\d\. (?:Run capsule lock|Commit)/.test(line)));
    const workflow = [...buildJob, ...callingJob.map((line) => line.slice(5)), ''];
    writeFileSync(bench.path('app/.github/workflows/build.yml'), workflow.join('\n'));

    const files = ['capsule.yml', 'build.yml'].map((name) => `.github/workflows/${name}`);
    const linted = await run(toolPath('actionlint'), ['-no-color', '-shellcheck=', '-pyflakes=', ...files], { cwd: bench.path('app') });

    expect(linted).toEqual({ stdout: '', stderr: '' });
    expect(callingJob.length).toBeGreaterThan(3);
  });

  test('finds what is wrong with one that hands over nothing', async () => {
    await init();
    const calling = '  capsule:\n    needs: image\n    uses: ./.github/workflows/capsule.yml\n';
    writeFileSync(bench.path('app/.github/workflows/build.yml'), `${buildJob.join('\n')}\n${calling}`);

    await expect(run(toolPath('actionlint'), ['-no-color'], { cwd: bench.path('app') })).rejects.toMatchObject({ stdout: expect.stringContaining('image-digest') });
  });
});

describe('kustomize builds what was written, with the project’s own component,', () => {
  test.each([
    ['as it is', [], 'capsules'],
    ['with a Warehouse of another name', ['--warehouse', 'frozen'], 'frozen'],
  ])('%s', async (_what, flags, warehouse) => {
    await init('--stages', 'staging,review,production', ...flags);
    const folder = bench.path('app/kargo');
    const { components } = parse(read('kargo/kustomization.yaml'));
    const [, path] = /^https:\/\/github\.com\/release-capsule\/release-capsule\/\/(.+)\?ref=release-capsule@\d+\.\d+\.\d+$/.exec(components[0]) ?? [];
    expect(join(workspaceRoot, path ?? '')).toBe(component);
    mkdirSync(join(folder, 'component'));
    await run('cp', ['-r', `${component}/.`, join(folder, 'component')]);
    writeFileSync(join(folder, 'kustomization.yaml'), read('kargo/kustomization.yaml').replace(components[0], 'component'));

    const { stdout } = await run(toolPath('kustomize'), ['build', folder]);
    const resources = parseAllDocuments(stdout).map((document) => document.toJS());
    const named = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

    const expected = ['Project hello', 'ProjectConfig hello', `Warehouse ${warehouse}`, 'Stage staging', 'Stage review', 'Stage production'];
    expect(named[0]).toBe('Project hello');
    expect(named).toEqual(expect.arrayContaining([...expected, 'PromotionTask capsule-verify']));
    expect(new Set(resources.filter(({ kind }) => kind !== 'Project').map(({ metadata }) => metadata.namespace))).toEqual(new Set(['hello']));
    expect(resources.find(({ kind }) => kind === 'Warehouse').spec.subscriptions[0].image.repoURL).toBe('ghcr.io/example/hello-capsule');
    expect(resources.filter(({ kind }) => kind === 'Stage').map(({ spec }) => spec.requestedFreight[0].origin.name)).toEqual([warehouse, warehouse, warehouse]);
    const tasks = resources.filter(({ kind }) => kind === 'Stage').flatMap(({ spec }) => spec.promotionTemplate.spec.steps.map(({ task }: { task: { name: string } }) => task.name));
    expect(tasks.filter((name) => !named.includes(`PromotionTask ${name}`))).toEqual([]);
  });
});
