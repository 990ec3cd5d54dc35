import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { MemoryStore } from '@release-capsule/oci';
import { parseLayer, releaseTag, type SchemaErrorCode } from '@release-capsule/schema';
import { type Policy, policyFromFlags } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { record } from './hostile-archives/capsule.ts';
import { corpus } from './hostile-archives/corpus.ts';
import { mtime } from './hostile-archives/raw-tar.ts';
import { capsuleRepository, freightOf, verify } from './releases/release.ts';
import { newKey, now, signBlindly, storeCapsule, type TestKey } from './releases/signing.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
let key: TestKey;
let policy: Policy;

beforeAll(async () => {
  key = await newKey();
  policy = policyFromFlags({ name: record.name, keyPem: key.publicKeyPem, capsuleRepository });
});

/** The one claim that each defect of the format refutes. */
function claimOf(code: SchemaErrorCode): string {
  if (code.startsWith('RECORD_') || code === 'YAML_INVALID') return 'RECORD';
  if (code === 'PACKAGE_DIGEST_MISMATCH') return 'PACKAGE_DIGEST';
  return code === 'PACKAGE_KIND_MISMATCH' ? 'PACKAGE_PATH' : 'ARCHIVE';
}

describe('a capsule that is properly signed and holds a hostile archive', () => {
  it.each(corpus)('is refused where $name, and leaves nothing behind', async ({ code, build }) => {
    const temporary = mkdtempSync(join(directory, 'verify-'));
    const store = new MemoryStore();
    const capsule = await storeCapsule(store, { record, createdAt: mtime, layer: build() });
    await signBlindly(store, capsule, key);
    const freight = freightOf({ repoURL: capsuleRepository, tag: releaseTag(record.gitCommit), digest: capsule.digest });

    const verdict = await verify(store, freight, policy, { temporaryDirectory: temporary, now });

    expect(verdict).toMatchObject({ accepted: false, outcome: 'refused' });
    expect(verdict).not.toHaveProperty('capsule');
    const refuted = verdict.findings.filter(({ state }) => state === 'refuted').map(({ claim }) => claim);
    expect(refuted.filter((claim) => claim !== 'TAG_MOVED')).toContain(claimOf(code));
    expect(verdict.findings.find(({ claim }) => claim === 'SIGNATURE')?.state).toBe('proven');
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  // The unpacker parses again what was verified. Even if a verification had let it through, this is all it would write.
  it.each(corpus)('would write nothing outside of its target where $name', async ({ build }) => {
    const target = join(directory, 'target');
    mkdirSync(target, { recursive: true });
    const layer = build();
    const written: string[] = [];
    const handler = { beginEntry: ({ path }: { readonly path: string }) => void written.push(path), fileData: () => undefined, endEntry: () => undefined };

    await parseLayer(once(layer), handler, { mtime, compressedBytes: layer.byteLength }).catch(() => undefined);

    expect(written.filter((path) => !resolve(target, path).startsWith(target + sep))).toEqual([]);
    expect(new Set(written).size).toBe(written.length);
  }, 60_000);
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
