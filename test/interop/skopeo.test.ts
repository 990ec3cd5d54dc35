import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyGraph, openLayout, openRegistry, type RegistryStore } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { failedCodes, parseReleased, type Released } from './support/released.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

describe.each(openRegistryKinds)('skopeo, with $name', (kind) => {
  let workbench: Workbench;
  let registry: TestRegistry;
  let released: Released;

  beforeAll(async () => {
    workbench = await Workbench.open();
    registry = await kind.start();
    released = parseReleased(await workbench.succeed(workbench.releaseArguments(`${registry.host}/origin`)));
    await workbench.succeed(workbench.releaseArguments('oci:layout'));
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    workbench[Symbol.dispose]();
  });

  function skopeo(command: string, ...args: readonly string[]): Promise<string> {
    const options = command === 'copy' ? ['--src-tls-verify=false', '--dest-tls-verify=false', '--preserve-digests'] : ['--tls-verify=false'];
    return workbench.run(toolPath('skopeo'), '--insecure-policy', command, ...options, ...args);
  }

  function verify(reference: string): ReturnType<Workbench['capsule']> {
    return workbench.capsule(workbench.verifyArguments(reference));
  }

  function openRepository(repository: string): RegistryStore {
    return openRegistry({ registry: registry.host, repository });
  }

  async function digestIn(repository: string): Promise<string> {
    return (await openRepository(repository).resolve(released.tag)).digest;
  }

  test('inspects a capsule in the registry and in our layout, and finds the same digest and annotations', async () => {
    const inRegistry = await skopeo('inspect', '--raw', `docker://${registry.host}/origin:${released.tag}`);
    const inLayout = await workbench.run(toolPath('skopeo'), 'inspect', '--raw', `oci:layout:${released.tag}`);
    expect(`sha256:${createHash('sha256').update(inRegistry).digest('hex')}`).toBe(released.digest);
    expect(inLayout).toBe(inRegistry);
  });

  test('copies a capsule to another repository, digest unchanged; the copy alone has no signature', async () => {
    await skopeo('copy', `docker://${registry.host}/origin:${released.tag}`, `docker://${registry.host}/copy:${released.tag}`);
    expect(await digestIn('copy')).toBe(released.digest);
    const { status, stdout } = await verify(`${registry.host}/copy:${released.tag}`);
    expect({ status, codes: failedCodes(stdout) }).toEqual({ status: 1, codes: ['SIGNATURE_MISSING'] });
  });

  test('copies a capsule out of our layout; with the signature brought after it by us, the copy is accepted', async () => {
    await skopeo('copy', `oci:layout:${released.tag}`, `docker://${registry.host}/from-layout:${released.tag}`);
    expect(await digestIn('from-layout')).toBe(released.digest);
    const target = openRepository('from-layout');
    const layout = await openLayout(join(workbench.path, 'layout'), { create: false });
    await copyGraph(layout, target, await layout.resolve(released.tag), { referrers: true });
    expect(await verify(`${registry.host}/from-layout:${released.tag}`)).toMatchObject({ status: 0 });
  });

  test('writes a layout that we read, and that takes our signature', async () => {
    await skopeo('copy', `docker://${registry.host}/origin:${released.tag}`, `oci:skopeo-layout:${released.tag}`);
    const reference = `oci:skopeo-layout:${released.tag}`;
    const unsigned = await verify(reference);
    expect({ status: unsigned.status, codes: failedCodes(unsigned.stdout) }).toEqual({ status: 1, codes: ['SIGNATURE_MISSING'] });
    await workbench.succeed(['sign', reference, '--key', 'keys/cosign.key']);
    expect(await verify(reference)).toMatchObject({ status: 0 });
  });

  test('leaves the signature behind, which oras brings into the layout of an air-gapped machine', async () => {
    const from = `${registry.host}/origin:${released.tag}`;
    await workbench.run(toolPath('oras'), 'copy', '--recursive', '--from-plain-http', '--to-oci-layout', from, `outbox:${released.tag}`);
    expect(await verify(`oci:outbox:${released.tag}`)).toMatchObject({ status: 0 });
  });

  test('still reads a layout of its own after we have signed in it', async () => {
    await skopeo('copy', `oci:layout:${released.tag}`, `oci:shared-layout:${released.tag}`);
    await workbench.succeed(['sign', `oci:shared-layout:${released.tag}`, '--key', 'keys/cosign.key']);
    await skopeo('copy', `oci:shared-layout:${released.tag}`, `docker://${registry.host}/from-shared:${released.tag}`);
    expect(await digestIn('from-shared')).toBe(released.digest);
  });

  test('brings a capsule there and back again, byte for byte', async () => {
    await skopeo('copy', `docker://${registry.host}/origin:${released.tag}`, `oci:there:${released.tag}`);
    await skopeo('copy', `oci:there:${released.tag}`, `docker://${registry.host}/back:${released.tag}`);
    expect(await digestIn('back')).toBe(released.digest);
    const blob = join('blobs', ...released.digest.split(':'));
    expect(readFileSync(join(workbench.path, 'there', blob))).toEqual(readFileSync(join(workbench.path, 'layout', blob)));
  });
});

describe.each(openRegistryKinds)('our own copy, with $name', (kind) => {
  test('takes the signatures along: registry to layout to registry, and the capsule is accepted in each', async () => {
    using workbench = await Workbench.open();
    await using registry = await kind.start();
    const released = parseReleased(await workbench.succeed(workbench.releaseArguments(`${registry.host}/origin`)));
    const origin = openRegistry({ registry: registry.host, repository: 'origin' });
    const copy = openRegistry({ registry: registry.host, repository: 'elsewhere/copy' });
    const layout = await openLayout(join(workbench.path, 'between'), { create: true });
    const capsule = await origin.resolve(released.tag);
    for (const [from, to] of [[origin, layout], [layout, copy]] as const) {
      await copyGraph(from, to, capsule, { referrers: true });
      await to.tag(capsule, released.tag);
    }
    for (const place of ['oci:between', `${registry.host}/elsewhere/copy`]) {
      await workbench.succeed(workbench.verifyArguments(`${place}:${released.tag}`));
    }
    expect((await copy.resolve(released.tag)).digest).toBe(released.digest);
  });
});
