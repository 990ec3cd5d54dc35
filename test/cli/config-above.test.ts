import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workbench } from './workbench.ts';

const config = (name: string): string => `apiVersion: release-capsule/v1
kind: Capsule
name: ${name}
package: { kind: kustomize, from: k8s }
image: { repository: ghcr.io/example/app }
capsule: { repository: "oci:../capsules" }
source: { repository: https://github.com/example/app }
sign: { key: ../signing.key }
`;
const imageDigest = `sha256:${'1'.repeat(64)}`;
const options = ['--image-digest', imageDigest];

let bench: Workbench;

beforeEach(() => {
  bench = new Workbench();
  bench.commit({ 'capsule.yaml': config('app') });
});

afterEach(() => bench[Symbol.dispose]());

const pack = (cwd: string): Promise<Record<string, unknown>> => bench.json(['pack', ...options], { cwd: bench.path(cwd) });

describe('capsule.yaml is found from a subdirectory', () => {
  test.each(['app/k8s', 'app/k8s/base', 'app/k8s/overlays/production'])('by pack in %s, with everything in it meant from where it lies', async (cwd) => {
    const below = await pack(cwd);
    const above = await pack('app');

    expect(below).toMatchObject({ name: 'app', digest: above['digest'], reference: `oci:${bench.path('capsules')}:${bench.tag}` });
  });

  test('by release, which says which one it uses', async () => {
    const { status, stdout } = await bench.run(['release', ...options], { cwd: bench.path('app/k8s/base') });

    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^· using \.\.\/\.\.\/capsule\.yaml\n/) });
    expect(await bench.run(['verify', `oci:capsules:${bench.tag}`, ...bench.verifyOptions])).toMatchObject({ status: 0 });
  });

  test('by lock, which writes beside it', async () => {
    const { stdout } = await bench.run(['lock'], { cwd: bench.path('app/k8s/base'), env: bench.pathWithGit() });

    expect(stdout).toContain('using ../../capsule.yaml');
    expect(bench.read('app/capsule.lock.yaml')).toContain('ghcr.io/example/app');
  });

  test('through a link to the subdirectory', async () => {
    symlinkSync(bench.path('app/k8s/base'), bench.path('linked'));

    expect(await pack('linked')).toMatchObject({ name: 'app' });
  });

  test('the nearest one counts, and one in the working directory goes without saying', async () => {
    bench.commit({ 'k8s/capsule.yaml': config('nearer') });
    const { stdout } = await bench.run(['pack', ...options], { cwd: bench.path('app/k8s') });

    expect(await pack('app/k8s/base')).toMatchObject({ name: 'nearer' });
    expect(stdout).not.toContain('using');
  });
});

describe('capsule.yaml is not looked for', () => {
  const packing = (cwd: string): ReturnType<Workbench['run']> => bench.run(['pack', ...options], { cwd: bench.path(cwd) });
  const refused = { status: 2, stderr: expect.stringContaining('--name') };

  beforeEach(() => {
    bench.git('rm', '--quiet', 'capsule.yaml');
    bench.commit();
    writeFileSync(bench.path('capsule.yaml'), config('outside'));
  });

  test('above the root of the repository', async () => {
    expect(await packing('app/k8s/base')).toMatchObject(refused);
  });

  test('above the root of a repository inside another', async () => {
    bench.write('app/capsule.yaml', config('outer'));
    bench.write('app/vendor/.git', 'gitdir: ../../elsewhere\n'); // as a submodule or worktree has it
    mkdirSync(bench.path('app/vendor/k8s'));

    expect(await packing('app/vendor/k8s')).toMatchObject(refused);
  });

  test.each(['--repo', '--directory'])('for what is packed from elsewhere by %s', async (flag) => {
    bench.git('checkout', 'HEAD~1', '--', 'capsule.yaml');
    bench.git('clone', '--quiet', bench.path('app'), bench.path('other'));
    const packFrom = (place: string): ReturnType<Workbench['run']> => {
      const ofCommit = flag === '--repo' ? [] : ['--commit', bench.head, '--created', '2026-01-01T00:00:00Z'];
      return bench.run(['pack', ...options, flag, place, ...ofCommit], { cwd: bench.path('app/k8s') });
    };

    expect(await packFrom('../../other')).toMatchObject(refused);
    expect(await packFrom('..')).toMatchObject({ status: 0 });
  });

  test.each(['pipe', 'directory'])('in what is a %s', async (kind) => {
    if (kind === 'pipe') execFileSync('mkfifo', [bench.path('app/capsule.yaml')]);
    else mkdirSync(bench.path('app/capsule.yaml'));

    expect(await packing('app/k8s/base')).toMatchObject(refused);
  });

  test('above the working directory outside every repository', async () => {
    rmSync(bench.path('app/.git'), { recursive: true });

    expect(await packing('app/k8s/base')).toMatchObject(refused);
  });

  test.skipIf(process.getuid?.() !== 0)('where it belongs to another user, who may have put it there for others', async () => {
    bench.write('app/capsule.yaml', config('planted'));
    chownSync(bench.path('app/capsule.yaml'), 12345, 12345);

    expect(await packing('app/k8s/base')).toMatchObject(refused);
  });
});
