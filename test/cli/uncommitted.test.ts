import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CommandResult } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

let packs = 0;
const pack = (bench: Workbench, ...flags: readonly string[]): Promise<CommandResult> => {
  return bench.run(['pack', ...bench.packOptions, '--to', `oci:packed-${(packs += 1)}`, ...flags]);
};
const warnings = ({ stderr }: CommandResult): readonly string[] => {
  return stderr.split('\n').flatMap((line) => /^! (.*) \[UNCOMMITTED_CHANGE\]$/.exec(line)?.[1] ?? []);
};
const kustomization = 'k8s/base/kustomization.yaml';
const tagged = 'resources: [deployment.yaml, config.yaml]\nimages: [{ name: ghcr.io/example/app, newTag: local }]\n';

describe('a package that differs from the commit', () => {
  test.each(['pack', 'release'])('is a warning of %s on standard error, and what is packed is the commit’s', async (command) => {
    using bench = new Workbench();
    const clean = await bench.pack('oci:clean');
    bench.write(`app/${kustomization}`, tagged);
    const signing = command === 'release' ? ['--key', 'signing.key'] : [];
    const result = await bench.run([command, ...bench.packOptions, ...signing, '--to', 'oci:changed']);
    const { digest } = await bench.json(['inspect', `oci:changed:${bench.tag}`]);

    expect(result.status).toBe(0);
    expect(warnings(result)).toEqual([`${kustomization} differs from the commit; what is packed is the commit's`]);
    expect(result.stderr).toContain('  Commit what belongs to the release, and pack again.');
    expect(result.stdout).not.toContain('UNCOMMITTED_CHANGE');
    expect(digest).toBe(clean['digest']);
  });

  test('is none where nothing was changed', async () => {
    using bench = new Workbench();

    expect(await pack(bench)).toMatchObject({ status: 0, stderr: '' });
  });

  test('may be staged already', async () => {
    using bench = new Workbench();
    bench.write(`app/${kustomization}`, tagged);
    bench.write('app/k8s/base/new.yaml', 'kind: ConfigMap\n');
    bench.git('add', '--all');

    expect(warnings(await pack(bench))).toEqual([
      `${kustomization} differs from the commit; what is packed is the commit's`,
      'k8s/base/new.yaml is not in the commit, and not packed',
    ]);
  });

  test('may lack a file, or have one that Git does not know', async () => {
    using bench = new Workbench();
    rmSync(bench.path('app/k8s/base/config.yaml'));
    bench.write('app/k8s/base/secret.yaml', 'kind: ConfigMap\n');

    expect(warnings(await pack(bench))).toEqual([
      "k8s/base/config.yaml is deleted here and not in the commit; what is packed is the commit's",
      'k8s/base/secret.yaml is not in the commit, and not packed',
    ]);
  });

  test('is told before packing fails because of it', async () => {
    using bench = new Workbench();
    bench.commit({ [kustomization]: 'resources: [deployment.yaml, config.yaml, later.yaml]\n' });
    bench.write('app/k8s/base/later.yaml', 'kind: ConfigMap\n');
    const result = await pack(bench);

    expect(result).toMatchObject({ status: 1, stderr: expect.stringMatching(/later\.yaml is not in the commit[^]*error: /) });
  });

  test('is a list of ten and a count where it is many', async () => {
    using bench = new Workbench();
    for (let index = 10; index < 43; index += 1) bench.write(`app/k8s/base/n${index}.yaml`, 'kind: ConfigMap\n');

    const [warning = '', ...others] = warnings(await pack(bench));
    expect(others).toEqual([]);
    expect(warning).toMatch(/^k8s\/base\/n10\.yaml, (?:k8s\/base\/n\d\d\.yaml, ){9}and 23 more are not in the commit, and not packed$/);
  });

  test('says nothing of what is outside the package, ignored, or left out by patterns', async () => {
    using bench = new Workbench();
    bench.commit({ '.gitignore': '*.bak\n' });
    bench.write('app/README.md', 'Changed.\n');
    bench.write('app/k8s/base/kustomization.yaml.bak', 'old');
    bench.write('app/k8s/base/notes.txt', 'not for the package');
    bench.write('app/other.yaml', 'kind: ConfigMap\n');

    expect(warnings(await pack(bench, '--exclude', '**/*.txt'))).toEqual([]);
    expect(warnings(await pack(bench))).toEqual(['k8s/base/notes.txt is not in the commit, and not packed']);
  });

  test('says that a repository within it is not in the commit', async () => {
    using bench = new Workbench();
    execFileSync('git', ['init', '--quiet', bench.path('app/k8s/vendor')]);
    bench.write('app/k8s/vendor/a.yaml', 'kind: ConfigMap\n');
    execFileSync('git', ['-C', bench.path('app/k8s/vendor'), 'add', '--all']);

    expect(warnings(await pack(bench))).toEqual(['k8s/vendor/ is not in the commit, and not packed']);
  });

  test('is in the JSON too, and silent with --quiet', async () => {
    using bench = new Workbench();
    bench.write(`app/${kustomization}`, tagged);
    const json = await pack(bench, '--json');

    expect(JSON.parse(json.stdout)).toMatchObject({ warnings: [{ code: 'UNCOMMITTED_CHANGE', message: expect.stringContaining(kustomization) }] });
    expect(warnings(json)).toHaveLength(1);
    expect(await pack(bench, '--quiet')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('is told of the commit that is checked out, and not of another', async () => {
    using bench = new Workbench();
    const first = bench.head;
    bench.commit({ [kustomization]: 'resources: [deployment.yaml]\n' });
    bench.write(`app/${kustomization}`, tagged);
    const image = ['--image', `ghcr.io/example/app@sha256:${'1'.repeat(64)}`];
    const without = bench.packOptions.slice(0, -2);

    expect(warnings(await bench.run(['pack', ...without, ...image, '--commit', first, '--to', 'oci:first']))).toEqual([]);
    expect(warnings(await bench.run(['pack', ...without, ...image, '--commit', bench.head, '--to', 'oci:second']))).toHaveLength(1);
  });

  test('includes the lock file, which the commit’s is taken of', async () => {
    using bench = new Workbench();
    bench.write('app/capsule.lock.yaml', 'not a lock\n');

    expect(warnings(await pack(bench))).toEqual(['capsule.lock.yaml is not in the commit, and not packed']);
  });

  test('is not what a sparse checkout leaves out, nor the line ends of another system', async () => {
    using bench = new Workbench();
    bench.git('sparse-checkout', 'set', '--no-cone', '/*', '!/k8s/base/config.yaml');
    bench.write(`app/${kustomization}`, 'resources: [deployment.yaml, config.yaml]\r\n');

    expect(existsSync(bench.path('app/k8s/base/config.yaml'))).toBe(false);
    expect(warnings(await pack(bench))).toEqual([]);
  });

  test('runs nothing that the repository configures', async () => {
    using bench = new Workbench();
    const marker = bench.path('ran');
    const script = bench.path('run.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${marker}\ncat\n`);
    chmodSync(script, 0o755);
    bench.commit({ '.gitattributes': '* filter=own diff=own\n' });
    for (const key of ['core.fsmonitor', 'filter.own.clean', 'filter.own.process', 'diff.own.textconv', 'diff.external', 'core.pager']) bench.git('config', key, script);
    bench.write('app/.git/hooks/post-index-change', `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(bench.path('app/.git/hooks/post-index-change'), 0o755);
    bench.write(`app/${kustomization}`, tagged);
    rmSync(marker, { force: true });

    expect(warnings(await pack(bench))).toHaveLength(1);
    expect(existsSync(marker)).toBe(false);
    bench.git('status', '--porcelain');
    expect(existsSync(marker)).toBe(true);
  });
});
