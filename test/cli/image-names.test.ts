import { describe, expect, test } from 'vitest';
import { Workbench } from './workbench.ts';

const imageDigest = `sha256:${'1'.repeat(64)}`;
const redis = `sha256:${'2'.repeat(64)}`;
const config = `apiVersion: release-capsule/v1
kind: Capsule
name: app
package: { from: k8s }
image: { repository: ghcr.io/example/app, names: [{ name: podinfo }] }
capsule: { repository: "oci:capsules" }
source: { repository: https://github.com/example/app }
`;
const lock = `apiVersion: release-capsule/v1
kind: ImageLock
image: { repository: ghcr.io/example/app, names: [{ name: podinfo }] }
images:
  - { repository: docker.io/library/redis, digest: "${redis}" }
`;

const named = (name: string): Record<string, string> => ({ 'k8s/kustomization.yaml': 'resources: [app.yaml]\n', 'k8s/app.yaml': `kind: Pod\nimage: ${name}:6\n` });
const chart = { 'k8s/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n', 'k8s/values.yaml': 'a: b\n' };

describe('the names of the application image', () => {
  test('come from capsule.yaml', async () => {
    using bench = new Workbench({ ...named('podinfo'), 'capsule.yaml': config });
    const { image } = await bench.json(['pack', '--image-digest', imageDigest], { cwd: bench.path('app') });
    expect(image).toMatchObject({ repoURL: 'ghcr.io/example/app', names: [{ name: 'podinfo' }] });
  });

  test('come from --image-name, which wins over capsule.yaml, and are shown', async () => {
    using bench = new Workbench({ ...named('acme/web'), 'capsule.yaml': config });
    const flags = ['--image-digest', imageDigest, '--image-name', 'acme/web:6', '--image-name', 'acme/web:5'];
    const packed = await bench.run(['pack', ...flags], { cwd: bench.path('app') });
    expect(packed).toMatchObject({ status: 0, stdout: expect.stringMatching(/named +acme\/web:5, acme\/web:6\n/) as string });
    const inspected = await bench.run(['inspect', `oci:capsules:${bench.tag}`], { cwd: bench.path('app') });
    expect(inspected.stdout).toMatch(/named +acme\/web:5, acme\/web:6\n/);
  });

  test.each(['a@b', 'UPPER', `app@${imageDigest}`, 'a b'])('are no %j', async (name) => {
    using bench = new Workbench(named('podinfo'));
    expect(await bench.run(['pack', ...bench.packOptions, '--to', 'oci:capsules', '--image-name', name])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('OPTION_INVALID') as string,
    });
  });

  test('of capsule.yaml are not those of another image', async () => {
    using bench = new Workbench({ ...named('podinfo'), 'capsule.yaml': config });
    const image = `ghcr.io/example/other@${imageDigest}`;
    expect(await bench.run(['pack', '--image', image], { cwd: bench.path('app') })).toMatchObject({ status: 1, stderr: expect.stringContaining('IMAGE_NOT_NAMED') as string });
  });

  test('are missed with a hint that says how to state them', async () => {
    using bench = new Workbench(named('stefanprodan/podinfo'));
    const { status, stderr } = await bench.run(['pack', ...bench.packOptions, '--to', 'oci:capsules']);
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/it names stefanprodan\/podinfo:6 \[IMAGE_NOT_NAMED\]\nhint: .*--image-name/) as string });
  });

  test('of a chart, stated alone, are a warning', async () => {
    using bench = new Workbench(chart);
    const packing = ['pack', ...bench.packOptions, '--to', 'oci:capsules', '--image-name', 'podinfo'];
    expect((await bench.run(packing)).stderr).toMatch(/! .*podinfo \[IMAGE_NAMES_STATED\]/);
    expect(await bench.json(packing)).toMatchObject({ warnings: [{ code: 'IMAGE_NAMES_STATED' }] });
  });
});

describe('capsule.lock.yaml', () => {
  test('is read beside capsule.yaml, in the commit', async () => {
    using bench = new Workbench({ ...named('podinfo'), 'team/app/capsule.yaml': config.replace(', names: [{ name: podinfo }]', ''), 'team/app/capsule.lock.yaml': lock });
    bench.write('app/team/app/capsule.lock.yaml', 'not committed');
    await bench.json(['pack', '--image-digest', imageDigest], { cwd: bench.path('app/team/app') });
    const { release } = await bench.json(['inspect', `oci:capsules:${bench.tag}`], { cwd: bench.path('app/team/app') });
    expect(release).toMatchObject({ image: { names: [{ name: 'podinfo' }] }, images: [{ repoURL: 'docker.io/library/redis', digest: redis }] });
  });

  test('is read at the root of a plain directory', async () => {
    using bench = new Workbench({ ...named('podinfo'), 'capsule.lock.yaml': lock });
    const flags = bench.packOptions.filter((flag, index, all) => flag !== '--repo' && all[index - 1] !== '--repo');
    const plain = ['--directory', 'app', '--commit', bench.head, '--created', '1700000000'];
    expect(await bench.json(['pack', ...flags, ...plain, '--to', 'oci:capsules'])).toMatchObject({ image: { names: [{ name: 'podinfo' }] } });
  });

  test('that cannot be read is a mistake', async () => {
    using bench = new Workbench({ ...named('podinfo'), 'capsule.lock.yaml': 'kind: Nothing\n' });
    expect(await bench.run(['pack', ...bench.packOptions, '--to', 'oci:capsules'])).toMatchObject({ status: 2, stderr: expect.stringContaining('LOCK_INVALID') as string });
  });
});
