import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Workbench } from './cli/workbench.ts';
import { listPages } from './docs/code-blocks.ts';
import { readPage, section, tableRows, yamlBlocks } from './markdown.ts';
import { lockedProgram } from './npm/locked-program.ts';
import { workspaceRoot } from './rules/source-files.ts';

const page = readPage('ci.md');
const action = parse(readFileSync(join(workspaceRoot, 'action.yml'), 'utf8'));

let bench: Workbench;

beforeAll(() => {
  bench = new Workbench({ ...lockedProgram, 'k8s/kustomization.yaml': 'resources: []\n' });
  bench.git('remote', 'add', 'origin', 'https://github.com/example/app');
});

afterAll(() => bench[Symbol.dispose]());

describe('docs/ci.md', () => {
  test('lists every option of init that answers something, and no other', async () => {
    const { stdout } = await bench.run(['init', '--help']);
    const known = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1] ?? '');
    const documented = tableRows(section(page, '## Set up a repository')).flatMap(({ option }) => namesIn(option));
    const common = ['--json', '--yes', '--dry-run', '--force', '--repo']; // said in the text, or the same for every command

    expect(documented.sort()).toEqual(known.filter((name) => !common.includes(name)).sort());
  });

  test('lists every input and output of the action, and no other', () => {
    const rows = tableRows(section(page, '### The action'));

    expect(rows.flatMap(({ input }) => namesIn(input)).sort()).toEqual(Object.keys(action.inputs).sort());
    expect(rows.flatMap(({ output }) => namesIn(output)).sort()).toEqual(Object.keys(action.outputs).sort());
  });

  test('gives the action inputs that it has', () => {
    const [own] = yamlBlocks(page, 'action').map((text) => parse(text));
    const { with: given } = own.steps.find(({ id }: { readonly id?: string }) => id === 'capsule');

    expect(Object.keys(given).filter((name) => !(name in action.inputs))).toEqual([]);
  });

  test('shows the job that init tells people to add', async () => {
    const { stdout } = await bench.run(['init', '--yes'], { cwd: bench.path('app') });
    const printed = stdout.slice(stdout.indexOf('       capsule:'), stdout.indexOf('\n  2. '));
    const [documented] = yamlBlocks(page, 'workflow').map((text) => parse(text));

    expect(parse(printed)).toEqual({ capsule: documented.jobs.capsule });
  });
});

test('every page pins the actions of others to the commits that our own workflows use', () => {
  const uses = (text: string): readonly string[] => [...text.matchAll(/uses: ((?!\.\/|release-capsule\/)\S+@\S+(?: # v[\d.]+)?)/g)].map((match) => match[1] ?? '');
  const workflows = join(workspaceRoot, '.github/workflows');
  const own = new Set(readdirSync(workflows).flatMap((name) => uses(readFileSync(join(workflows, name), 'utf8'))));
  const shown = listPages().flatMap((name) => uses(readFileSync(join(workspaceRoot, name), 'utf8')).map((used) => ({ name, used })));

  expect(shown.length).toBeGreaterThan(1);
  expect(shown.filter(({ used }) => !own.has(used))).toEqual([]);
});

function namesIn(cell: string | undefined): readonly string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}
