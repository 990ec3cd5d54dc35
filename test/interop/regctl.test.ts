import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { parseReleased, type Released } from './support/released.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

describe.each(openRegistryKinds)('clients that know nothing of capsules, with $name', (kind) => {
  let workbench: Workbench;
  let registry: TestRegistry;
  let released: Released;
  let reference: string;

  beforeAll(async () => {
    workbench = await Workbench.open();
    registry = await kind.start();
    released = parseReleased(await workbench.succeed(workbench.releaseArguments(`${registry.host}/hello-capsule`)));
    reference = `${registry.host}/hello-capsule:${released.tag}`;
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    workbench[Symbol.dispose]();
  });

  function regctl(...args: readonly string[]): Promise<string> {
    return workbench.run(toolPath('regctl'), ...args, '--host', `reg=${registry.host},tls=disabled`);
  }

  test('regctl gets the manifest that was released', async () => {
    const manifest = await regctl('manifest', 'get', reference, '--format', 'raw-body');
    expect(`sha256:${createHash('sha256').update(manifest).digest('hex')}`).toBe(released.digest);
    expect(JSON.parse(manifest)).toMatchObject({ artifactType: 'application/vnd.release-capsule.v1' });
  });

  test('regctl lists the signature and the attestations', async () => {
    const listed = JSON.parse(await regctl('artifact', 'list', reference, '--format', '{{json .}}'));
    expect(listed.descriptors).toHaveLength(3);
    const [signature] = listed.descriptors;
    const manifest = await regctl('manifest', 'get', `${registry.host}/hello-capsule@${signature.digest}`, '--format', 'raw-body');
    expect(JSON.parse(manifest)).toMatchObject({
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      subject: { digest: released.digest },
    });
  });

  test('regctl copies the capsule with its signature, and the copy is accepted', async () => {
    const copy = `${registry.host}/copied-by-regctl:${released.tag}`;
    await regctl('image', 'copy', '--referrers', reference, copy);
    expect(await workbench.capsule(workbench.verifyArguments(copy))).toMatchObject({ status: 0 });
  });

  test('oras pulls the layer and discovers what is attached', async () => {
    await workbench.run(toolPath('oras'), 'pull', '--plain-http', reference, '--output', 'pulled');
    const discovered = await workbench.run(toolPath('oras'), 'discover', '--plain-http', '--format', 'json', reference);
    const { referrers } = JSON.parse(discovered) as { readonly referrers: readonly { readonly reference: string }[] };
    expect(referrers).toHaveLength(3);
    // Not the descriptor's type: go-containerregistry's registry names the config's media type there.
    const manifest = await workbench.run(toolPath('oras'), 'manifest', 'fetch', '--plain-http', referrers[0]?.reference ?? '');
    expect(JSON.parse(manifest)).toMatchObject({ artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' });
  });
});
