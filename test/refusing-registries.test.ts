import { openRegistry } from '@release-capsule/oci';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeRegistry, type FakeRegistryOptions } from '../packages/oci/src/registry/testing/fake-registry.ts';
import type { CommandResult } from './cli/capsule-command.ts';
import { Workbench } from './cli/workbench.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';

let bench: Workbench;
let registry: FakeRegistry;

beforeEach(() => {
  bench = new Workbench();
});

afterEach(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

async function start(options: FakeRegistryOptions): Promise<void> {
  registry = await FakeRegistry.start(options);
}

function place(): string {
  return `${registry.host}/example/app-capsule`;
}

function release(...flags: readonly string[]): Promise<CommandResult> {
  return bench.run(['release', ...bench.packOptions, '--to', place(), '--key', 'signing.key', ...flags]);
}

function verify(): Promise<CommandResult> {
  return bench.run(['verify', `${place()}:${bench.tag}`, ...bench.verifyOptions]);
}

describe('a registry whose tags are immutable, and which lists no referrers', () => {
  beforeEach(() => start({ referrers: 'none', immutableTags: true }));

  test('takes a release with signature, provenance and SBOM, once and again', async () => {
    expect(await release()).toMatchObject({ status: 0 });
    expect(await verify()).toMatchObject({ status: 0 });
    const inspected = await bench.json(['inspect', `${place()}:${bench.tag}`]);
    expect(inspected['attached']).toHaveLength(3);

    expect(await release('--json')).toMatchObject({ status: 0, stdout: expect.stringContaining('"tagging": "unchanged"') });
  });

  test('refuses a second signer, who is told why', async () => {
    await release();

    const { status, stderr } = await bench.run(['sign', `${place()}:${bench.tag}`, '--key', 'signing.key']);

    expect(status).toBe(1);
    expect(stderr).toContain(`${registry.host} keeps tags immutable and lists no referrers`);
    expect(stderr).toContain('TAG_INVALID The image tag');
    expect(stderr).toContain('[TAG_IMMUTABLE]');
    expect(stderr).toContain('hint:  Exempt the tags sha256-*');
    expect(stderr).not.toContain('--no-attestations');
    expect(await verify()).toMatchObject({ status: 0 });
  });

  test('refuses attestations after the signature, and the hint is what helps', async () => {
    expect(await release('--no-attestations')).toMatchObject({ status: 0 });

    const refused = await release();
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('Run it again with --no-attestations') });
    expect(await release('--no-attestations')).toMatchObject({ status: 0 });
  });
});

describe('what a registry refuses', () => {
  test.each([
    ['TAG_INVALID', 'tags must match ^v[0-9]+$'],
    ['NAME_INVALID', 'not below a project'],
  ])('as %s is never a reference of ours that is wrong', async (code, message) => {
    await start({ referrers: 'api' });
    refuse(/manifests\/git-/, { code, message });

    const { status, stderr } = await release();

    expect(status).toBe(1);
    expect(stderr).toContain(`answered 400: ${code} ${message} [REQUEST_REFUSED]`);
  });

  test('as an unknown media type is an artifact that it does not admit', async () => {
    await start({ referrers: 'api' });
    refuse(/manifests\//, { code: 'MANIFEST_INVALID', message: 'manifest invalid', detail: 'unknown media type: application/vnd.release-capsule.v1' });

    const { status, stderr } = await release();

    expect(status).toBe(1);
    expect(stderr).toContain('unknown media type: application/vnd.release-capsule.v1 [MANIFEST_REFUSED]');
    expect(stderr).toContain('admits only the kinds of artifact that it knows. Use a registry that takes OCI artifacts of any type');
  });
});

describe('a signature that another writer removed from the index', () => {
  beforeEach(() => start({ referrers: 'none' }));

  test('is missed, and capsule sign again repairs it', async () => {
    await release();
    await emptyIndex();
    expect(await verify()).toMatchObject({ status: 1, stdout: expect.stringContaining('SIGNATURE_MISSING') });

    expect(await bench.run(['sign', `${place()}:${bench.tag}`, '--key', 'signing.key'])).toMatchObject({ status: 0 });

    expect(await verify()).toMatchObject({ status: 0 });
  });

  test('is put back with everything else by the same release again', async () => {
    await release();
    await emptyIndex();

    expect(await release()).toMatchObject({ status: 0 });

    const inspected = await bench.json(['inspect', `${place()}:${bench.tag}`]);
    expect(inspected['attached']).toHaveLength(3);
  });
});

function refuse(path: RegExp, error: object): void {
  const body = JSON.stringify({ errors: [error] });
  registry.fail({ method: 'PUT', path, fault: { kind: 'answer', status: 400, headers: { 'content-type': 'application/json' }, body } });
}

async function emptyIndex(): Promise<void> {
  const { digest } = await openRegistry({ registry: registry.host, repository: 'example/app-capsule' }).resolve(bench.tag);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [] }));
  registry.repository('example/app-capsule').addManifest({ mediaType: indexType, bytes }, digest.replace(':', '-'));
}
