import { expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

const sourceUrl = ['--source-url', 'https://github.com/example/app'];

it('releases a package that has no application image, once and again', async () => {
  using bench = new Workbench();
  const flags = ['--repo', 'app', '--name', 'app', '--package', 'k8s', ...sourceUrl, '--to', 'oci:capsules', '--key', 'signing.key'];

  const first = await bench.run(['release', ...flags, '--json']);
  const second = await bench.run(['release', ...flags, '--json']);

  expect(first).toMatchObject({ status: 0 });
  const { digest, signature } = JSON.parse(first.stdout);
  expect(signature).toMatchObject({ isNew: true });
  expect(JSON.parse(second.stdout)).toMatchObject({ digest, tagging: 'unchanged', signature: { digest: signature.digest, isNew: false } });
});

it.each(['--name', '--key', '--certificate-identity', '--trusted-root'])('refuses %s beside a policy', async (flag) => {
  using bench = new Workbench();
  bench.write('policy.yaml', 'apiVersion: release-capsule/v1\nkind: Policy\ncapsule: { name: app, signers: [{ key: signing.pub }] }\n');
  const image = `ghcr.io/example/app:git-${bench.head}@sha256:${'1'.repeat(64)}`;

  const result = await bench.run(['verify', 'oci:capsules', '--image', image, '--policy', 'policy.yaml', flag, 'x']);

  expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('[OPTION_INVALID]') });
});
