import { describe, expect, test } from 'vitest';
import { startPrivateSigstore } from '../sigstore/private-sigstore.ts';
import { Workbench } from './workbench.ts';

const config = `apiVersion: release-capsule/v1
kind: Capsule
name: app
package: { kind: kustomize, from: k8s }
image: { repository: ghcr.io/example/app }
capsule: { repository: "oci:../capsules" }
source: { repository: https://github.com/example/app }
sign: { key: ../signing.key }
annotations: { team: payments }
`;
const imageDigest = `sha256:${'1'.repeat(64)}`;

function benchWithConfig(text = config): Workbench {
  const bench = new Workbench();
  bench.commit({ 'capsule.yaml': text });
  return bench;
}

const service = { url: 'http://127.0.0.1:1', majorApiVersion: 1, operator: 'test' };

describe('capsule.yaml', () => {
  test('says everything but the digest: CI’s one line is capsule release --image-digest', async () => {
    using bench = benchWithConfig();

    const released = await bench.json(['release', '--image-digest', imageDigest], { cwd: bench.path('app') });

    expect(released).toMatchObject({
      reference: `oci:../capsules:${bench.tag}`,
      name: 'app',
      gitCommit: bench.head,
      image: { repoURL: 'ghcr.io/example/app', tag: bench.tag, digest: imageDigest },
      signature: { isNew: true },
    });
    const { release } = await bench.json(['inspect', `oci:capsules:${bench.tag}`]);
    expect(release).toMatchObject({ annotations: { team: 'payments' }, source: { repoURL: 'https://github.com/example/app', path: 'k8s' } });
    expect(await bench.run(['verify', `oci:capsules:${bench.tag}`, ...bench.verifyOptions])).toMatchObject({ status: 0 });
  });

  test('makes the same capsule as the flags that say the same', async () => {
    using bench = benchWithConfig(config.replace(/annotations:.*\n/, ''));

    const fromFile = await bench.json(['pack', '--image-digest', imageDigest], { cwd: bench.path('app') });
    const fromFlags = await bench.pack('oci:other');

    expect(fromFlags['digest']).toBe(fromFile['digest']);
  });

  test('gives way to flags, one by one', async () => {
    using bench = benchWithConfig();
    const flags = ['--name', 'worker', '--to', 'oci:../flagged', '--include', 'base/**', '--annotation', 'team=checkout', '--annotation', 'tier=2'];

    const packed = await bench.json(['pack', '--image', bench.image, ...flags], { cwd: bench.path('app') });

    expect(packed).toMatchObject({ name: 'worker', reference: `oci:../flagged:${bench.tag}`, package: { files: 3 } });
    const { release } = await bench.json(['inspect', `oci:flagged:${bench.tag}`]);
    expect(release).toMatchObject({ annotations: { team: 'checkout', tier: '2' }, source: { include: ['base/**'] } });
    expect(bench.snapshot('capsules')).toEqual([]);
  });

  test('is found where --config says, and names its key relative to itself', async () => {
    using bench = new Workbench();
    bench.write('config/release.yaml', config.replace('oci:../capsules', 'oci:capsules'));

    const released = await bench.json(['release', '--config', 'config/release.yaml', '--repo', 'app', '--image-digest', imageDigest]);

    expect(released).toMatchObject({ reference: `oci:capsules:${bench.tag}` });
  });

  test.each([
    ['no digest', [], 'the image ghcr.io/example/app, and no digest'],
    ['two images', ['--image-digest', imageDigest, '--image', `ghcr.io/example/app@${imageDigest}`], 'both --image and --image-digest'],
    ['a digest that is none', ['--image-digest', 'latest'], '--image-digest "latest" is not a digest [OPTION_INVALID]\nhint:  Give --image-digest sha256: and 64'],
  ])('with %s is misuse, and nothing is written', async (_what, args, said) => {
    using bench = benchWithConfig();

    const result = await bench.run(['release', ...args], { cwd: bench.path('app') });

    expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[(OPTION|IMAGE|DIGEST)_INVALID\]\nhint: /) });
    expect(result.stderr).toContain(said);
    expect(bench.snapshot('capsules')).toEqual([]);
  });

  test('that asks for a keyless signature asks for the identity before anything is packed', async () => {
    const services = { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json', caUrls: [service], tsaUrls: [service] };
    using bench = benchWithConfig(config.replace('key: ../signing.key', 'keyless: true, signingConfig: ../services.json, trustedRoot: ../root.json'));
    bench.write('services.json', JSON.stringify(services));
    bench.write('root.json', (await startPrivateSigstore()).trustedRoot);

    const result = await bench.run(['release', '--image-digest', imageDigest], { cwd: bench.path('app') });

    expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[IDENTITY_UNAVAILABLE\]\nhint: .*--identity-token/) });
    expect(bench.snapshot('capsules')).toEqual([]);
  });
});

describe('a plain directory', () => {
  const options = ['pack', '--name', 'app', '--package', 'k8s', '--source-url', 'https://github.com/example/app', '--to', 'oci:capsules'];

  test('is packed at a given commit and time, however the time is written', async () => {
    using bench = new Workbench();
    const from = [...options, '--directory', 'app', '--commit', bench.head];

    const digests = [
      await bench.json([...from, '--created', '1700000000']),
      await bench.json([...from, '--created', '2023-11-14T22:13:20Z']),
      await bench.json(from, { env: { SOURCE_DATE_EPOCH: '1700000000' } }),
      await bench.json([...from, '--created', '1700000000'], { env: { SOURCE_DATE_EPOCH: '1' } }),
    ].map(({ digest }) => digest);

    expect(new Set(digests).size).toBe(1);
    const { created, release } = await bench.json(['inspect', `oci:capsules:${bench.tag}`]);
    expect(created).toBe('2023-11-14T22:13:20Z');
    expect(release).toMatchObject({ gitCommit: bench.head, metadata: { provenancePath: 'metadata/provenance.json' } });
    expect(JSON.stringify(release)).not.toContain('sourceProofPath');
  });

  test.each([
    ['no commit', [], {}, 'OPTION_INVALID'],
    ['a short commit', ['--commit', 'abc1234', '--created', '1'], {}, 'COMMIT_INVALID'],
    ['no time', ['--commit', 'a'.repeat(40)], {}, 'OPTION_INVALID'],
    ['a time that is none', ['--commit', 'a'.repeat(40), '--created', 'yesterday'], {}, 'OPTION_INVALID'],
    ['an epoch that is none', ['--commit', 'a'.repeat(40)], { SOURCE_DATE_EPOCH: '1e9' }, 'OPTION_INVALID'],
    ['a time in the future', ['--commit', 'a'.repeat(40), '--created', '8000000000'], {}, 'COMMIT_IN_FUTURE'],
  ])('with %s is refused by name, and nothing is written', async (_what, args, env, code) => {
    using bench = new Workbench();

    const { status, stderr } = await bench.run([...options, '--directory', 'app', ...args], { env: { ...env } });

    expect({ status, stderr }).toMatchObject({ stderr: expect.stringContaining(`[${code}]\nhint: `) });
    expect([1, 2]).toContain(status);
    expect(bench.snapshot('capsules')).toEqual([]);
  });
});
