import { join } from 'node:path';
import { copyGraph, MemoryStore, openLayout, type Store } from '@release-capsule/oci';
import type { Freight, FreightImage, Verdict, VerifyOptions } from '@release-capsule/verifier';
import { freightName } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { freightOf, policyFor, release, type Release, verify } from './releases/release.ts';
import { newKey, type TestKey } from './releases/signing.ts';
import type { CapsuleStore } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
const origin = new MemoryStore();
let key: TestKey;
let app: Release;

beforeAll(async () => {
  key = await newKey();
  app = await release(origin, directory, { key });
});

const needed = [
  'CAPSULE_DIGEST',
  'MANIFEST_SHAPE',
  'RECORD',
  'FREIGHT_NAME',
  'IDENTITY',
  'TAG_FORM',
  'PAIR',
  'SIGNATURE',
  'NOT_DENIED',
  'ARCHIVE',
  'PACKAGE_PATH',
  'PACKAGE_DIGEST',
  'SELF_CONTAINED',
  'IMAGES',
  'SOURCE_PROOF',
];

function claimsOf(verdict: Verdict): readonly string[] {
  return verdict.findings.map(({ claim, state }) => (state === 'proven' ? claim : `${claim} ${state}`));
}

/** The shapes of a Freight, and what the caller must say beside it. */
const shapes: readonly {
  readonly shape: string;
  readonly images: (release: Release) => readonly FreightImage[];
  readonly reference?: (release: Release) => VerifyOptions['capsule'];
  readonly code: string;
  readonly hasTag: boolean;
}[] = [
  { shape: 'image and capsule', images: ({ image, capsule }) => [image, capsule], code: 'PAIR_MATCHES', hasTag: true },
  { shape: 'capsule and image, each under two subscriptions', images: ({ image, capsule }) => [capsule, image, image, capsule], code: 'PAIR_MATCHES', hasTag: true },
  { shape: 'the capsule alone', images: ({ capsule }) => [capsule], code: 'PAIR_FROM_RECORD', hasTag: true },
  { shape: 'the image alone, whose tag the capsule has too', images: ({ image }) => [image], code: 'PAIR_MATCHES', hasTag: true },
  {
    shape: 'the image alone, and the capsule by digest',
    images: ({ image }) => [image],
    reference: ({ descriptor }) => ({ digest: descriptor.digest }),
    code: 'PAIR_MATCHES',
    hasTag: false,
  },
  {
    shape: 'the image alone, and the capsule by repository, tag and digest',
    images: ({ image }) => [image],
    reference: ({ descriptor, tag }) => ({ repository: 'ghcr.io/example/app-capsule', tag, digest: descriptor.digest }),
    code: 'PAIR_MATCHES',
    hasTag: true,
  },
  {
    shape: 'image, capsule and what only the policy speaks of',
    images: ({ image, capsule }) => [{ repoURL: 'quay.io/other/thing', tag: '1', digest: `sha256:${'9'.repeat(64)}` }, image, capsule],
    code: 'PAIR_MATCHES',
    hasTag: true,
  },
];

const stores: readonly (readonly [string, () => Promise<CapsuleStore & Store>])[] = [
  ['a store in memory', async () => new MemoryStore()],
  ['a layout', () => openLayout(join(temporaryDirectory(), 'layout'), { create: true })],
];

describe.each(stores)('a good capsule in %s', (_name, open) => {
  let store: CapsuleStore;
  beforeAll(async () => {
    const copy = await open();
    await copyGraph(origin, copy, app.descriptor, { referrers: true });
    await copy.tag(app.descriptor, app.tag);
    store = copy;
  });

  it.each(shapes)('is accepted with every claim proven for a Freight of $shape', async ({ images, reference, code, hasTag }) => {
    const capsule = reference?.(app);
    const policy = policyFor(key, { allow: { references: [], unlockedImages: ['quay.io/other/thing'] } });
    const verdict = await verify(store, freightOf(...images(app)), policy, capsule === undefined ? {} : { capsule });

    expect(claimsOf(verdict).toSorted()).toEqual((hasTag ? [...needed, 'TAG_MOVED'] : needed).toSorted());
    expect(verdict.findings.find(({ claim }) => claim === 'PAIR')?.code).toBe(code);
    expect(verdict.findings.find(({ claim }) => claim === 'SOURCE_PROOF')?.code).toBe('SOURCE_COMPLETE');
    expect(verdict).toMatchObject({ accepted: true, outcome: 'accepted', report: { accepted: true, enforced: true } });
    if (!verdict.accepted) throw new Error('it is accepted');
    await using accepted = verdict.capsule;
    expect(accepted.descriptor.digest).toBe(app.descriptor.digest);
    expect(accepted.record).toEqual(app.record);
  });

  it('is accepted with the name that Kargo gives the Freight', async () => {
    const origins = { origin: { kind: 'Warehouse', name: 'app' } };
    const freight: Freight = { ...freightOf(app.image, app.capsule), ...origins };

    const verdict = await verify(store, { ...freight, name: freightName(freight) ?? '' }, policyFor(key));

    expect(verdict.findings.map(({ code }) => code)).toContain('FREIGHT_NAME_MATCHES');
    expect(verdict.accepted).toBe(true);
    if (verdict.accepted) await verdict.capsule.close();
  });

  it('tells what it is doing, in order', async () => {
    const steps: string[] = [];

    const verdict = await verify(store, freightOf(app.capsule), policyFor(key), { onProgress: (step) => steps.push(step) });

    expect(steps).toEqual(['manifest', 'signature', 'layer']);
    if (verdict.accepted) await verdict.capsule.close();
  });

  it('is not judged once the caller has given up', async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(verify(store, freightOf(app.capsule), policyFor(key), { signal })).rejects.toThrow('enough');
  });
});
