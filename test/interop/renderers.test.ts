import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFiles } from './support/list-files.ts';
import { runGit } from './support/make-repository.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

const packages = [
  { kind: 'kustomize', path: 'k8s/kustomize' },
  { kind: 'helm', path: 'k8s/chart' },
] as const;

let workbench: Workbench;

/** Packages as they were unpacked from their capsules, and the repository as git checks it out. */
beforeAll(async () => {
  workbench = await Workbench.open();
  runGit(join(workbench.path, 'app'), 'worktree', 'add', '--quiet', '--detach', join(workbench.path, 'checkout'));
  for (const { kind, path } of packages) {
    const to = `oci:${kind}`;
    const released = workbench.releaseArguments(to).map((arg) => (arg === 'k8s/kustomize' ? path : arg));
    await workbench.succeed(released);
    const [, ...verification] = workbench.verifyArguments(`${to}:git-${workbench.commit}`);
    await workbench.succeed(['unpack', ...verification, '--output', `unpacked/${kind}`]);
  }
});

afterAll(() => workbench[Symbol.dispose]());

test.each(packages)('a $kind package unpacks to the files of the commit: content, names and executable bits', ({ kind, path }) => {
  const unpacked = listFiles(join(workbench.path, `unpacked/${kind}/package/${kind}`));
  const blobs = runGit(join(workbench.path, 'app'), 'ls-tree', '-r', 'HEAD', `${path}/`).trim().split('\n');
  const committed = blobs.map((line) => {
    const [mode = '', , id = '', file = ''] = line.split(/\s+/);
    return { path: file.slice(path.length + 1), isExecutable: mode === '100755', content: runGit(join(workbench.path, 'app'), 'cat-file', 'blob', id) };
  });
  expect(unpacked).toEqual(committed);
  expect(unpacked.length).toBeGreaterThan(5);
});

describe('kustomize', () => {
  test.each(['staging', 'production'])('builds the overlay %s from what was unpacked as it does from a checkout', async (overlay) => {
    const build = (root: string): Promise<string> =>
      workbench.run(toolPath('kustomize'), 'build', `${root}/overlays/${overlay}`);
    const rendered = await build('unpacked/kustomize/package/kustomize');
    expect(rendered).toBe(await build('checkout/k8s/kustomize'));
    expect(rendered).toContain(`namespace: ${overlay}`);
  });
});

describe('helm', () => {
  test('renders the chart, its dependency included, from what was unpacked as it does from a checkout', async () => {
    mkdirSync(join(workbench.path, 'home/helm'), { recursive: true });
    const render = (root: string): Promise<string> => workbench.run(toolPath('helm'), 'template', 'hello', root);
    const rendered = await render('unpacked/helm/package/helm');
    expect(rendered).toBe(await render('checkout/k8s/chart'));
    expect(rendered).toMatch(/name: hello-greeting[^]*name: hello\n/);
  });
});
