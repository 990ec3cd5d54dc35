import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubJob } from '../releases/github-job.ts';
import { Workbench } from './workbench.ts';

interface Attestation {
  readonly kind: string;
  readonly predicateType: string;
  readonly digest: string;
  readonly isNew: boolean;
}

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench[Symbol.dispose]());

async function attest(...more: readonly string[]): Promise<readonly Attestation[]> {
  const args = ['attest', `oci:capsules:${bench.tag}`, '--key', 'signing.key', ...more];
  const { attestations } = await bench.json(args, { env: githubJob });
  if (!Array.isArray(attestations)) throw new Error('attest prints what it has attached');
  return attestations;
}

/** The statements in every bundle of the layout, one text each. */
function statements(): readonly string[] {
  const blobs = bench.snapshot('capsules/blobs/sha256').map((line) => line.split(' ')[0] ?? '');
  const texts = blobs.filter((name) => !name.endsWith('/')).map((name) => bench.read(`capsules/blobs/sha256/${name}`));
  const bundles = texts.filter((text) => text.includes('"dsseEnvelope"'));
  return bundles.map((text) => Buffer.from(JSON.parse(text).dsseEnvelope.payload, 'base64').toString());
}

describe('capsule attest', () => {
  it('attaches provenance with the facts of the run, and the SBOM', async () => {
    await bench.pack();

    const attached = await attest();

    expect(attached).toMatchObject([
      { kind: 'provenance', predicateType: 'https://slsa.dev/provenance/v1', isNew: true },
      { kind: 'sbom', predicateType: 'https://spdx.dev/Document', isNew: true },
    ]);
    const provenance = statements().find((text) => text.includes('slsa.dev/provenance'));
    expect(provenance).toContain('https://github.com/example/app/actions/runs/9/attempts/2');
  });

  it('finds what it has attached before, and attaches only what is missing', async () => {
    await bench.pack();
    const [sbom] = await attest('--type', 'sbom');

    const again = await attest();

    expect(again).toMatchObject([{ kind: 'provenance', isNew: true }, { kind: 'sbom', isNew: false, digest: sbom?.digest }]);
  });

  it('takes a file instead of what the capsule carries', async () => {
    await bench.pack();
    bench.write('bom.json', JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6' }));

    expect(await attest('--sbom', 'bom.json')).toMatchObject([{ kind: 'sbom', predicateType: 'https://cyclonedx.org/bom' }]);
  });

  it('says to people what is attached', async () => {
    await bench.pack();

    const { stdout } = await bench.run(['attest', `oci:capsules:${bench.tag}`, '--key', 'signing.key']);

    expect(stdout).toMatch(/attested\n {2}capsule .*\n {2}provenance {2}sha256:.*\n {2}sbom {8}sha256:/);
  });
});

describe('capsule release', () => {
  it('attaches signature, provenance and SBOM before the tag, and each once', async () => {
    const first = await bench.release();
    const second = await bench.release();

    expect(first['attestations']).toMatchObject([{ kind: 'provenance', isNew: true }, { kind: 'sbom', isNew: true }]);
    expect(second['attestations']).toMatchObject([{ kind: 'provenance', isNew: false }, { kind: 'sbom', isNew: false }]);
    expect(statements()).toHaveLength(3);
    for (const statement of statements()) expect(JSON.parse(statement).subject).toMatchObject([{ digest: { sha256: String(first['digest']).slice(7) } }]);
  });

  it('completes what an earlier run has left half done', async () => {
    const flags = ['release', ...bench.packOptions, '--to', 'oci:capsules', '--key', 'signing.key'];
    expect(await bench.json([...flags, '--no-attestations'])).toMatchObject({ attestations: [] });

    const completed = await bench.json(flags);

    expect(completed).toMatchObject({ signature: { isNew: false }, attestations: [{ isNew: true }, { isNew: true }] });
  });
});
