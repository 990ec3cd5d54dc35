import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { attachBundle } from '@release-capsule/packer';
import { copyGraph, MemoryStore, openLayout } from '@release-capsule/oci';
import { gzipCanonical, parseCapsuleManifest } from '@release-capsule/schema';
import type { Freight, Verdict } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { altered } from '../packages/verifier/src/signature/testing/altered-store.ts';
import type { Files } from './releases/git-repository.ts';
import { capsuleRepository, freightOf, packagePath, policyFor, release, type Release, smallKustomization, verify } from './releases/release.ts';
import { bytesOf, newKey, now, signBlindly, storeCapsule, type TestKey } from './releases/signing.ts';
import { type CapsuleParts, type CapsuleStore, holding, lyingAbout, partsOf } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

// One bit, two, neighbours in ASCII, a change of case, white space for a line end, the high bit, all bits.
const masks = [0x01, 0x02, 0x07, 0x20, 0x2a, 0x80, 0xff];
const tinyPackage: Files = { [`${packagePath}/kustomization.yaml`]: smallKustomization };
const directory = temporaryDirectory();
const layout = join(directory, 'layout');
const origin = new MemoryStore();
let key: TestKey;
let app: Release;
let parts: CapsuleParts;

beforeAll(async () => {
  key = await newKey();
  app = await release(origin, directory, { key, files: tinyPackage });
  parts = await partsOf(origin, app.descriptor);
  const store = await openLayout(layout, { create: true });
  await copyGraph(origin, store, app.descriptor, { referrers: true });
  await store.tag(app.descriptor, app.tag);
});

type Outcome = { readonly outcome: Verdict['outcome'] | 'error'; readonly digest?: string };

/** What becomes of a verification; an error of ours is an answer, any other is a defect. */
async function outcomeOf(open: () => Promise<CapsuleStore>, freight: Freight): Promise<Outcome> {
  try {
    const verdict = await verify(await open(), freight, policyFor(key));
    if (!verdict.accepted) return { outcome: verdict.outcome };
    await using capsule = verdict.capsule;
    return { outcome: 'accepted', digest: capsule.descriptor.digest };
  } catch (error) {
    expect(error).toMatchObject({ name: expect.stringMatching(/^(Oci|Verify)Error$/) });
    return { outcome: 'error' };
  }
}

function flipped(good: Uint8Array, at: number, mask: number): Buffer {
  const bad = Buffer.from(good);
  bad[at] = (good[at] ?? 0) ^ mask;
  return bad;
}

function maskAt(at: number): number {
  return masks[at % masks.length] ?? 0xff;
}

interface Flip extends Outcome {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Flips the bytes of one file of a copy of the layout, every `step`-th, each with every mask given. */
async function flipFile(file: string, freight: Freight, options: { readonly step: number; readonly with: readonly number[] }): Promise<readonly Flip[]> {
  const root = join(temporaryDirectory(), 'layout');
  cpSync(layout, root, { recursive: true, verbatimSymlinks: true });
  const path = join(root, file);
  chmodSync(path, 0o644); // a layout's blobs are read-only
  const good = readFileSync(join(layout, file));
  const flips: Flip[] = [];
  for (let at = 0; at < good.byteLength; at += options.step) {
    for (const mask of options.with) {
      const bytes = flipped(good, at, mask);
      writeFileSync(path, bytes);
      flips.push({ at, bytes, ...(await outcomeOf(() => openLayout(root, { create: false }), freight)) });
    }
  }
  return flips;
}

const accepted = ({ outcome }: Outcome): boolean => outcome === 'accepted';

it('the capsule is accepted as long as nothing is flipped', async () => {
  for (const freight of [freightOf(app.image, app.capsule), freightOf(app.image)]) {
    const outcome = await outcomeOf(() => openLayout(layout, { create: false }), freight);
    expect(outcome).toEqual({ outcome: 'accepted', digest: app.descriptor.digest });
  }
});

describe('a flip of any byte, in a store that checks nothing,', () => {
  it.each(['manifest', 'layer', 'signature', 'bundle'] as const)('of the %s is refused', async (part) => {
    const good = await bytesOf(origin, parts[part]);
    for (let at = 0; at < good.byteLength; at += 1) {
      const store = lyingAbout(origin, parts[part].digest, flipped(good, at, maskAt(at)));
      expect([at, await outcomeOf(async () => store, freightOf(app.image, app.capsule))]).toEqual([at, { outcome: 'refused' }]);
    }
  }, 120_000);
});

describe('a flip of any byte that is addressed anew', () => {
  it('of the manifest is refused, with the signature carried along', async () => {
    const good = await bytesOf(origin, app.descriptor);
    const bundle = await bytesOf(origin, parts.bundle);
    for (let at = 0; at < good.byteLength; at += 3) {
      const store = new MemoryStore();
      const { descriptor, held } = holding(store, flipped(good, at, maskAt(at)));
      await attachBundle(store, bundle, { subject: descriptor, predicateType: 'https://sigstore.dev/cosign/sign/v1', created: now() });
      const moved = altered(held, { resolve: async () => descriptor });
      expect([at, await outcomeOf(async () => moved, freightOf(app.image))]).toEqual([at, { outcome: 'refused' }]);
    }
  }, 120_000);

  it('of the bundle is refused, but in the hint of which key it was, which nobody signs', async () => {
    const good = await bytesOf(origin, parts.bundle);
    for (let at = 0; at < good.byteLength; at += 1) {
      const store = new MemoryStore();
      await copyGraph(origin, store, app.descriptor);
      await attachBundle(store, flipped(good, at, maskAt(at)), { subject: app.descriptor, predicateType: 'https://sigstore.dev/cosign/sign/v1', created: now() });
      const { outcome } = await outcomeOf(async () => store, freightOf(app.image, app.capsule));
      // The hint names the key for people and is signed by nobody: whatever it says, the key has to verify.
      const isHint = inside(good, at, '"hint":"', '"');
      expect([at, outcome]).toEqual([at, isHint && outcome === 'accepted' ? 'accepted' : 'refused']);
    }
  }, 120_000);

  it('of the unpacked archive is refused, though the key signs it, but for what only the signature binds', async () => {
    const outline = parseCapsuleManifest(await bytesOf(origin, app.descriptor));
    const good = gunzipSync(await bytesOf(origin, parts.layer));
    const surprises: unknown[] = [];
    for (let at = 0; at < good.byteLength; at += good[at] === 0 ? 97 : 11) {
      const layer = Buffer.concat(await Array.fromAsync(gzipCanonical(once(flipped(good, at, maskAt(at))))));
      const store = new MemoryStore();
      const capsule = await storeCapsule(store, { record: outline.record, createdAt: outline.createdAt, layer });
      await signBlindly(store, capsule, key);
      const freight = freightOf({ repoURL: capsuleRepository, tag: app.tag, digest: capsule.digest });
      const { outcome } = await outcomeOf(async () => store, freight);
      const isFree = inside(good, at, '{"_type"', '\0') || inside(good, at, '{"SPDXID"', '\0');
      if (outcome !== (isFree ? 'accepted' : 'refused')) surprises.push({ at, outcome, context: good.toString('latin1', at - 20, at + 20) });
    }
    expect(surprises).toEqual([]);
  }, 120_000);
});

describe('a flip in a layout', () => {
  it.each(['manifest', 'layer', 'signature', 'bundle'] as const)('of the %s is refused', async (part) => {
    const file = join('blobs', ...parts[part].digest.split(':'));
    const flips = await flipFile(file, freightOf(app.image, app.capsule), { step: 41, with: [0x01] });

    expect(flips.filter(({ outcome }) => outcome === 'accepted' || outcome === 'error')).toEqual([]);
  }, 60_000);

  it('of any byte of oci-layout is refused', async () => {
    const flips = await flipFile('oci-layout', freightOf(app.image), { step: 1, with: masks });

    expect(flips.filter(accepted)).toEqual([]);
  }, 60_000);

  // An entry that contradicts its manifest is refused. What remains is the name of a key which the specification lets
  // a tool leave out, while it forbids to refuse keys that nobody knows: image-spec v1.1.1, considerations.md.
  it('of any byte of index.json is refused, but in the name of a key that may as well be missing', async () => {
    const flips = await flipFile('index.json', freightOf(app.image), { step: 1, with: [0x01, 0x2a] });
    const harmless = withoutOptionalKeys(readFileSync(join(layout, 'index.json')));

    for (const { at, bytes, outcome, digest } of flips) {
      const isHarmless = harmless.has(knownKeys(bytes));
      expect([at, bytes.toString('latin1', at - 30, at + 30), outcome === 'accepted']).toEqual([at, expect.anything(), isHarmless]);
      if (isHarmless) expect(digest).toBe(app.descriptor.digest);
    }
    expect(flips.filter(accepted).length).toBeLessThan(100);
  }, 120_000);

  it('of index.json leaves a capsule that the Freight pins as it is, or refuses it', async () => {
    const flips = await flipFile('index.json', freightOf(app.image, app.capsule), { step: 7, with: [0x01] });

    expect(new Set(flips.filter(accepted).map(({ digest }) => digest))).toEqual(new Set([app.descriptor.digest]));
  }, 60_000);
});

const refName = 'org.opencontainers.image.ref.name';
const entryKeys = ['mediaType', 'digest', 'size', 'artifactType', 'annotations'];

/** The texts to which `index.json` comes down once one of its optional keys has another name. */
function withoutOptionalKeys(bytes: Buffer): ReadonlySet<string> {
  const { mediaType: _mediaType, ...unnamed } = JSON.parse(bytes.toString());
  const variants: unknown[] = [unnamed];
  for (const [at, entry] of unnamed.manifests.entries()) {
    for (const optional of ['artifactType', 'annotations']) {
      const { [optional]: _left, ...rest } = entry;
      // The capsule is found by the tag among its annotations.
      if (optional !== 'annotations' || !(refName in entry.annotations)) variants.push({ ...JSON.parse(bytes.toString()), manifests: unnamed.manifests.with(at, rest) });
    }
  }
  return new Set(variants.map((variant) => knownKeys(Buffer.from(JSON.stringify(variant)))));
}

/** Brings `index.json` down to the keys that OCI gives a meaning. */
function knownKeys(bytes: Buffer): string {
  try {
    const { schemaVersion, mediaType, manifests } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const entries = manifests.map((entry: Readonly<Record<string, unknown>>) => entryKeys.map((name) => entry[name]));
    return JSON.stringify({ schemaVersion, mediaType, entries });
  } catch {
    return 'no index';
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function inside(text: Buffer, at: number, from: string, to: string): boolean {
  const start = text.indexOf(from);
  return at >= start + (to === '\0' ? 0 : from.length) && at < text.indexOf(to, start + from.length);
}
