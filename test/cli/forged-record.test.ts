import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let index: string;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
  index = bench.read('capsules/index.json');
});

afterAll(() => bench[Symbol.dispose]());

type Json = Readonly<Record<string, unknown>>;

const forgeries: readonly (readonly [string, (record: Json) => Json])[] = [
  ['an unknown key', (record) => ({ ...record, approved: true })],
  ['an unknown key further down', (record) => ({ ...record, package: { ...(record['package'] as Json), digests: [] } })],
  ['a key missing', ({ gitCommit: _gone, ...record }) => record],
  ['another version', (record) => ({ ...record, schemaVersion: 'release-capsule/v2' })],
  ['a path that climbs', (record) => ({ ...record, package: { ...(record['package'] as Json), path: 'package/../etc' } })],
];

describe.each(forgeries)('a capsule whose record has %s', (_what, forge) => {
  test('is refused by verify and unpack, and not signed', async () => {
    const digest = writeForgery(forge);
    const reference = `oci:capsules@${digest}`;

    const verified = await bench.run(['verify', reference, ...bench.verifyOptions]);
    const unpacked = await bench.run(['unpack', reference, ...bench.verifyOptions, '--output', 'out/forged']);
    const signed = await bench.run(['sign', reference, '--key', 'signing.key']);

    expect(verified).toMatchObject({ status: 1, stderr: '', stdout: expect.stringMatching(/✘ [A-Z_]+ .*\[[A-Z_]+\]\n +→ \S/) });
    expect(unpacked).toMatchObject({ status: 1 });
    expect(signed).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^error: .*\]\nhint: {2}\S/s) });
    expect(bench.snapshot('out/forged')).toEqual([]);
  });
});

/** Writes a manifest whose record is another, consistent in all its digests, into the layout; returns its digest. */
function writeForgery(forge: (record: Json) => Json): string {
  const { manifests } = JSON.parse(index);
  const entry = manifests.find(({ artifactType }: Json) => artifactType === 'application/vnd.release-capsule.v1');
  const manifest = JSON.parse(bench.read(`capsules/blobs/${entry.digest.replace(':', '/')}`));
  const config = JSON.stringify(sorted(forge(JSON.parse(Buffer.from(manifest.config.data, 'base64').toString()))));
  manifest.config = { ...manifest.config, digest: writeBlob(config), size: Buffer.byteLength(config), data: Buffer.from(config).toString('base64') };
  const text = JSON.stringify(sorted(manifest));
  const digest = writeBlob(text);
  const forged = { ...entry, digest, size: Buffer.byteLength(text), annotations: undefined };
  bench.write('capsules/index.json', JSON.stringify({ ...JSON.parse(index), manifests: [...manifests, forged] }));
  return digest;
}

function writeBlob(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  bench.write(`capsules/blobs/sha256/${hex}`, text);
  return `sha256:${hex}`;
}

/** RFC 8785 for what a record holds: keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
