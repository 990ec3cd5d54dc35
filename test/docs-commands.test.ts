import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CodeBlock, listPages, readCodeBlocks } from './docs/code-blocks.ts';
import { makeSandbox, type Sandbox } from './docs/sandbox.ts';
import { needsBash } from './needs-bash.ts';
import { workspaceRoot } from './rules/source-files.ts';

const packages: Readonly<Record<string, { readonly from: string; readonly to: string }>> = {
  'hello-app': { from: 'k8s/kustomize', to: 'release/package/kustomize' },
  'hello-chart': { from: 'chart', to: 'release/package/helm' },
};

const commands = listPages().flatMap(readCodeBlocks).filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language));

test('every block of commands says whether it is run here, and if not, why', () => {
  const unmarked = commands.filter(({ language, mark }) => language !== 'sh' || !/^(run: \S|not run: \S)/.test(mark));
  expect(unmarked.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

test('the README is among them', () => {
  expect(runBlocks('README.md').map(({ mark }) => mark)).toEqual(['run: make a key', 'run: release', 'run: promote']);
});

// The blocks of a page build on one another, as for somebody who follows it from the top.
describe.each(listPages().filter((page) => runBlocks(page).length > 0))('the commands of %s', (page) => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await makeSandbox(applicationOf(page));
  });

  beforeEach(needsBash);

  afterAll(() => sandbox.remove());

  test.each(runBlocks(page))('do what they say: $mark, line $line', async ({ text }) => {
    await expect(sandbox.bash(text)).resolves.toBeTypeOf('string');
  });

  if (!runBlocks(page).some(({ mark }) => mark === 'run: promote')) return;

  test('leave what was packed, byte for byte', async () => {
    const { from, to } = packages[applicationOf(page)] ?? {};
    await expect(sandbox.bash(`diff -r '${from}' '${to}'`)).resolves.toBe('');
  });
});

function runBlocks(page: string): readonly CodeBlock[] {
  return commands.filter((block) => block.page === page && block.mark.startsWith('run: '));
}

/** The readme of an application is followed in that application; every other page in hello-app. */
function applicationOf(page: string): string {
  const folder = dirname(page);
  const isApplication = dirname(folder) === 'examples' && !existsSync(join(workspaceRoot, folder, 'package.json'));
  return isApplication ? basename(folder) : 'hello-app';
}
