import { join } from 'node:path';
import { contentOf, type Descriptor, digestOf as digestText, MemoryStore } from '@release-capsule/oci';
import { encodeManifest, parseCapsuleManifest, type ReleaseRecord } from '@release-capsule/schema';
import { unpackCapsule } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { altered } from '../packages/verifier/src/signature/testing/altered-store.ts';
import { forge, type ForgedFiles, forgeRecord, type Forgery } from './releases/forge.ts';
import {
  appRepository,
  bare,
  capsuleRepository,
  digestOf,
  freightOf,
  packageFiles,
  packagePath,
  policyFor,
  refutations,
  release,
  type Release,
  verify,
} from './releases/release.ts';
import { bytesOf, newKey, signBlindly, type TestKey } from './releases/signing.ts';
import { type CapsuleParts, type CapsuleStore, copyOf, failingToFetch, holding, lyingAbout, partsOf, streamOf } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
const origin = new MemoryStore();
let key: TestKey;
let app: Release;
/** Another good capsule in the same store. */
let other: Release;

beforeAll(async () => {
  key = await newKey();
  app = await release(origin, directory, { key });
  other = await release(origin, directory, { key, files: { ...packageFiles, 'README.md': 'another commit' } });
});

/** Judges a capsule that the policy's key has signed, as a Freight of it alone. */
async function judge(store: CapsuleStore, capsule: Descriptor, tag = app.tag): Promise<readonly string[]> {
  const verdict = await verify(store, freightOf({ repoURL: capsuleRepository, tag, digest: capsule.digest }), policyFor(key));
  expect(verdict.outcome).toBe('refused');
  expect(verdict).not.toHaveProperty('capsule');
  return (await refutations(verdict)).filter((refuted) => !refuted.startsWith('TAG_MOVED'));
}

/** What else a store could hand out for a part of the capsule: of its own length, and of others where that is refused. */
async function otherBytes(part: keyof CapsuleParts, own: Buffer): Promise<readonly Uint8Array[]> {
  const zeros = Buffer.alloc(own.byteLength);
  if (part === 'signature' || part === 'bundle') return [zeros, own.toReversed()];
  const otherParts = await partsOf(origin, other.descriptor);
  return [zeros, Buffer.alloc(0), own.subarray(1), Buffer.concat([own, own]), await bytesOf(origin, otherParts[part])];
}

const text = (content: string): { bytes: Uint8Array; executable: boolean } => ({ bytes: Buffer.from(content), executable: false });
const base = 'package/kustomize/base';

describe('a capsule that the policy\'s own key has signed, though it', () => {
  const forgeries: readonly (readonly [what: string, refuted: readonly string[], forgery: Forgery])[] = [
    ['holds a file outside the layout', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: (files) => files.set('extra.txt', text('x')) }],
    ['holds a metadata file that the record does not name', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: (files) => files.set('metadata/more.json', text('{}')) }],
    ['holds a second package', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: (files) => files.set('package/helm/Chart.yaml', text('name: x')) }],
    ['holds a directory whose name begins like the package\'s', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: (files) => files.set('package/kustomize-2/a', text('x')) }],
    ['lacks the SBOM', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: (files) => files.delete('metadata/sbom.json') }],
    ['lacks the record', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: (files) => files.delete('release.yaml') }],
    ['holds no package', ['ARCHIVE ARCHIVE_LAYOUT'], { lastFiles: removeBelow('package/') }],
    ['holds another record than the manifest', ['RECORD RECORD_TWO_VERSIONS'], { lastFiles: (files) => replaceIn(files, 'release.yaml', 'name: "app"', 'name: "application"') }],
    ['holds a record that is not canonical', ['RECORD RECORD_NOT_CANONICAL'], { lastFiles: (files) => replaceIn(files, 'release.yaml', 'name: "app"', 'name: app') }],
    ['holds a record with a key that nobody knows', ['RECORD RECORD_INVALID'], { lastFiles: (files) => replaceIn(files, 'release.yaml', 'name: "app"', 'name: "app"\ntrusted: true') }],
    ['has entries of another time than the manifest', ['ARCHIVE ARCHIVE_NOT_CANONICAL'], { mtime: 1 }],
    ['is of another time than its commit', ['SOURCE_PROOF SOURCE_TREE_DIFFERS'], { createdAt: 1 }],
    [
      'changes a file and keeps the package digest',
      ['PACKAGE_DIGEST PACKAGE_DIGEST_DIFFERS', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      { files: changeFile, keepsPackageDigest: true },
    ],
    ['changes a file', ['SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: changeFile }],
    ['adds a file that is not in the commit', ['SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: addFile }],
    ['leaves out a file of the commit', ['SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: (files) => files.delete('package/kustomize/hooks/wait.sh') }],
    ['makes a file executable', ['SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: (files) => makeExecutable(files, `${base}/deployment.yaml`, true) }],
    ['makes a script plain', ['SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: (files) => makeExecutable(files, 'package/kustomize/hooks/wait.sh', false) }],
    ['says that the package is of another directory', ['IDENTITY SOURCE_PATH_DIFFERS'], { record: withSource({ path: 'k8s' }) }],
    ['says that the directory has another tree', ['SOURCE_PROOF SOURCE_TREE_DIFFERS'], { record: withSource({ tree: '1'.repeat(40) }) }],
    ['lists a changed file as an addition', ['SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: changeFile, record: withAddition('base/deployment.yaml', 'kind: Pod\n') }],
    ['lists a file as an addition that the policy does not know of', ['SOURCE_PROOF SOURCE_PATTERNS_DIFFER'], { files: addFile, record: withAddition('base/more.yaml', 'kind: Pod\n') }],
    ['holds a source proof that is none', ['SOURCE_PROOF SOURCE_PROOF_INVALID'], { files: (files) => files.set('metadata/source-proof.json', text('{}')) }],
    [
      'refers to a URL',
      ['SELF_CONTAINED REFERENCE_REMOTE', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      { files: (files) => files.set(`${base}/kustomization.yaml`, text('resources: ["https://evil.example/x.yaml"]\n')) },
    ],
    [
      'refers to a path outside',
      ['SELF_CONTAINED REFERENCE_OUTSIDE', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      { files: (files) => files.set(`${base}/kustomization.yaml`, text('resources: ["../../other"]\n')) },
    ],
    [
      'refers to a path outside in the configuration of a generator, which is read by one more pass',
      ['SELF_CONTAINED REFERENCE_OUTSIDE', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      {
        files: (files) => {
          files.set(`${base}/kustomization.yaml`, text('generators: [generator.yaml]\n'));
          const generator = 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: ["../../../outside"]\n';
          files.set(`${base}/generator.yaml`, text(generator));
        },
      },
    ],
    [
      'has a kustomization that cannot be read',
      ['SELF_CONTAINED REFERENCE_UNREADABLE', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      { files: (files) => files.set(`${base}/kustomization.yaml`, text('resources: [\n')) },
    ],
    [
      'has a field in two spellings, of which Go takes the last',
      ['SELF_CONTAINED PACKAGE_NOT_IN_PROFILE', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      { files: (files) => files.set(`${base}/kustomization.yaml`, text('resources: []\nRESOURCES: ["https://evil.example/x.yaml"]\n')) },
    ],
    [
      'has a patch that is a path outside to one reader, and YAML to another',
      ['SELF_CONTAINED REFERENCE_NOT_PLAIN', 'SOURCE_PROOF SOURCE_FILES_DIFFER'],
      { files: (files) => files.set(`${base}/kustomization.yaml`, text('patchesStrategicMerge: ["x\\n/../../outside.yaml"]\n')) },
    ],
    ['holds no kustomization', ['PACKAGE_PATH KUSTOMIZATION_MISSING', 'SOURCE_PROOF SOURCE_FILES_DIFFER'], { files: removeKustomizations }],
    ['has a layer that ends too early', ['ARCHIVE ARCHIVE_TRUNCATED'], { layer: (layer) => layer.subarray(0, -100) }],
    ['has a layer with bytes after its end', ['ARCHIVE ARCHIVE_TRAILING_BYTES'], { layer: (layer) => Buffer.concat([layer, Buffer.alloc(32)]) }],
    ['has a layer of two members', ['ARCHIVE ARCHIVE_TRAILING_BYTES'], { layer: (layer) => Buffer.concat([layer, layer]) }],
    ['has a layer of another form', ['ARCHIVE ARCHIVE_GZIP'], { layer: () => Buffer.from('not gzip, but long enough for a header and a trailer') }],
    ['has an empty layer', ['ARCHIVE ARCHIVE_TRUNCATED'], { layer: () => Buffer.alloc(0) }],
  ];

  it.each(forgeries)('%s, is refused with %j', async (_what, refuted, forgery) => {
    const store = await copyOf(origin, [app.descriptor]);
    const capsule = await forge(store, app.descriptor, forgery);
    await signBlindly(store, capsule, key);

    expect(await judge(store, capsule)).toEqual(refuted);
  });

  it('says that it is of another commit, is refused', async () => {
    const store = await copyOf(origin, [app.descriptor]);
    const gitCommit = '2'.repeat(40);
    const tag = `git-${gitCommit}`;
    const record = (made: ReleaseRecord): ReleaseRecord => ({ ...made, gitCommit, ...(made.image && { image: { ...made.image, tag } }) });
    const capsule = await forge(store, app.descriptor, { record });
    await signBlindly(store, capsule, key);

    expect(await judge(store, capsule, tag)).toEqual(['SOURCE_PROOF SOURCE_COMMIT_DIFFERS']);
    expect(await judge(store, capsule)).toEqual(['TAG_FORM TAG_OTHER_COMMIT']);
  });

  it('reaches outside by one reference only that the policy names, is accepted', async () => {
    const store = new MemoryStore();
    const reference = 'https://example.com/shared.yaml';
    const files = { ...packageFiles, [`${packagePath}/base/kustomization.yaml`]: `resources: [deployment.yaml, "${reference}"]\n` };
    const made = await release(store, directory, { key, files, allow: { references: [reference] } });
    const policy = policyFor(key);

    const refused = await verify(store, freightOf(made.capsule), policy);
    const accepted = await verify(store, freightOf(made.capsule), { ...policy, allow: { ...policy.allow, references: [reference] } });

    expect(await refutations(refused)).toEqual(['SELF_CONTAINED REFERENCE_REMOTE']);
    expect(accepted.accepted).toBe(true);
    if (accepted.accepted) await accepted.capsule.close();
  });
});

describe('a manifest that the policy\'s own key has signed, though it', () => {
  const forgeries: readonly (readonly [what: string, refuted: readonly string[], change: (text: string) => string])[] = [
    ['has an annotation more', ['MANIFEST_SHAPE MANIFEST_ANNOTATIONS'], (json) => json.replace('"dev.release-capsule.package', `"dev.release-capsule.note":"x","dev.release-capsule.package`)],
    ['has another title', ['MANIFEST_SHAPE MANIFEST_ANNOTATIONS'], (json) => json.replace('"org.opencontainers.image.title":"app"', '"org.opencontainers.image.title":"api"')],
    ['is another artifact', ['MANIFEST_SHAPE MANIFEST_ARTIFACT_TYPE'], (json) => json.replace('application/vnd.release-capsule.v1"', 'application/vnd.example.v1"')],
    ['has a subject', ['MANIFEST_SHAPE MANIFEST_HAS_SUBJECT'], (json) => json.replace(/\}$/, `,"subject":{"digest":"${digestOf('1')}","mediaType":"a/b","size":1}}`)],
    ['has a key that nobody knows', ['MANIFEST_SHAPE MANIFEST_NOT_CANONICAL'], (json) => json.replace(/\}$/, ',"zzz":1}')],
    ['has two layers', ['MANIFEST_SHAPE MANIFEST_LAYERS'], (json) => json.replace(/"layers":\[(\{.*?\})\]/, '"layers":[$1,$1]')],
    ['has no layer', ['MANIFEST_SHAPE MANIFEST_LAYERS'], (json) => json.replace(/"layers":\[\{.*?\}\]/, '"layers":[]')],
    ['has a layer of another type', ['MANIFEST_SHAPE MANIFEST_MEDIA_TYPE'], (json) => json.replace('layer.v1.tar+gzip', 'layer.v1.tar+zstd')],
    ['has a layer beyond the limit', ['MANIFEST_SHAPE LAYER_TOO_LARGE'], (json) => json.replace(/("layers":\[\{.*?"size":)\d+/, '$1104857601')],
    ['has a config of another type', ['MANIFEST_SHAPE MANIFEST_MEDIA_TYPE'], (json) => json.replace('release-capsule.release.v1+json', 'oci.image.config.v1+json')],
    ['does not carry its config', ['RECORD RECORD_DIGEST_DIFFERS'], (json) => json.replace(/"data":"[^"]*",/, '')],
    ['carries another config', ['RECORD RECORD_DIGEST_DIFFERS'], (json) => json.replace(/"data":"[^"]*"/, '"data":"e30="')],
    ['has blanks', ['MANIFEST_SHAPE MANIFEST_INVALID'], (json) => json.replace('{', '{ ')],
    ['has a key twice', ['MANIFEST_SHAPE MANIFEST_INVALID'], (json) => json.replace('{', '{"annotations":{},')],
  ];

  it.each(forgeries)('%s, is refused with %j', async (_what, refuted, change) => {
    const store = await copyOf(origin, [app.descriptor]);
    // A store that keeps anything: what pushing would refuse could have been written in another way.
    const bytes = Buffer.from(change((await bytesOf(store, app.descriptor)).toString()));
    const { descriptor, held } = holding(store, bytes);
    await signBlindly(store, descriptor, key);

    expect(await judge(held, descriptor)).toEqual(refuted);
  });

  it('names a record of a sibling, is refused', async () => {
    const store = await copyOf(origin, [app.descriptor]);
    const capsule = await forgeRecord(store, app.descriptor, (record) => ({ ...record, name: 'worker' }));
    await signBlindly(store, capsule, key);

    expect(await judge(store, capsule)).toEqual(['IDENTITY NAME_DIFFERS']);
  });

  it('is an index of the capsule, is refused', async () => {
    const store = await copyOf(origin, [app.descriptor]);
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [bare(app.descriptor)] }));
    const descriptor = { mediaType, digest: digestText(bytes), size: bytes.byteLength };
    await store.push(descriptor, contentOf(bytes));
    await signBlindly(store, descriptor, key);

    expect(await judge(store, descriptor)).toEqual(['MANIFEST_SHAPE MANIFEST_IS_INDEX']);
  });
});

describe('a store that', () => {
  it.each(['manifest', 'layer', 'signature', 'bundle'] as const)('hands out other bytes for the %s is found out, whichever', async (part) => {
    const parts = await partsOf(origin, app.descriptor);
    const own = await bytesOf(origin, parts[part]);
    const claims = { manifest: 'CAPSULE_DIGEST DIGEST_DIFFERS', layer: /^ARCHIVE LAYER_(DIGEST|SIZE)_DIFFERS$/, signature: 'SIGNATURE SIGNATURE_MALFORMED', bundle: 'SIGNATURE SIGNATURE_MALFORMED' };

    for (const bytes of await otherBytes(part, own)) {
      const refuted = await judge(lyingAbout(origin, parts[part].digest, bytes), app.descriptor);
      expect(refuted).toEqual([expect.stringMatching(claims[part])]);
    }
  });

  it.each(['signature', 'bundle'] as const)('hands out the %s cut off or prolonged has not shown it: nothing is accepted, nothing refused', async (part) => {
    const parts = await partsOf(origin, app.descriptor);
    const own = await bytesOf(origin, parts[part]);

    for (const bytes of [Buffer.alloc(0), own.subarray(1), Buffer.concat([own, own])]) {
      const verdict = await verify(lyingAbout(origin, parts[part].digest, bytes), freightOf(app.capsule), policyFor(key));
      expect(verdict.outcome).toBe('unknown');
      expect(verdict.findings.find(({ claim }) => claim === 'SIGNATURE')).toMatchObject({ state: 'unknown', code: 'SIGNATURE_INCOMPLETE' });
    }
  });

  it('answers with another capsule than the digest asked for is found out', async () => {
    const confusing = altered(origin, { resolve: () => origin.resolve(other.descriptor.digest) });

    expect(await judge(confusing, app.descriptor)).toEqual(['CAPSULE_DIGEST DIGEST_DIFFERS']);
  });

  it('says that a capsule is something else is not followed', async () => {
    const claiming = (mediaType: string): CapsuleStore => altered(origin, { resolve: async (reference) => ({ ...(await origin.resolve(reference)), mediaType }) });

    expect(await judge(claiming('application/vnd.docker.distribution.manifest.v2+json'), app.descriptor)).toEqual(['MANIFEST_SHAPE MANIFEST_MEDIA_TYPE']);
    expect(await judge(claiming('application/vnd.oci.image.index.v1+json'), app.descriptor)).toEqual(['MANIFEST_SHAPE MANIFEST_IS_INDEX']);
  });

  it('names a capsule by SHA-512 is refused: a capsule has one digest', async () => {
    const manifest = await bytesOf(origin, app.descriptor);
    const long = altered(origin, { resolve: async () => ({ ...app.descriptor, digest: digestText(manifest, 'sha512') }), fetch: async () => streamOf(manifest) });

    const verdict = await verify(long, freightOf(app.image), policyFor(key));

    expect(verdict.outcome).toBe('refused');
    expect(await refutations(verdict)).toContain('CAPSULE_DIGEST DIGEST_DIFFERS');
  });

  it('has lost the layer is refused, and not for a lookup that failed', async () => {
    const { layer } = await partsOf(origin, app.descriptor);

    expect(await judge(failingToFetch(origin, layer.digest, 'BLOB_UNKNOWN'), app.descriptor)).toEqual(['ARCHIVE LAYER_MISSING']);
  });

  it('has another layer under the capsule\'s manifest is refused', async () => {
    const store = await copyOf(origin, [app.descriptor]);
    const changed = await forge(store, app.descriptor, { files: changeFile });
    const { layer } = parseCapsuleManifest(await bytesOf(store, changed));
    const outline = parseCapsuleManifest(await bytesOf(store, app.descriptor));
    const bytes = Buffer.from(encodeManifest({ ...outline, layer }));
    const mixed = { mediaType: app.descriptor.mediaType, digest: digestText(bytes), size: bytes.byteLength };
    await store.push(mixed, contentOf(bytes));
    await signBlindly(store, mixed, key);

    expect(await judge(store, mixed)).toEqual(['RECORD RECORD_TWO_VERSIONS', 'PACKAGE_DIGEST PACKAGE_DIGEST_DIFFERS', 'SOURCE_PROOF SOURCE_FILES_DIFFER']);
  });
});

describe('what no verification has accepted', () => {
  it('cannot be unpacked, however much it looks like it', async () => {
    const verdict = await verify(origin, freightOf(app.capsule), policyFor(key));
    if (!verdict.accepted) throw new Error('it is accepted');
    await using genuine = verdict.capsule;
    const target = join(temporaryDirectory(), 'target');
    const forgeries: readonly unknown[] = [
      Object.assign({}, genuine),
      { descriptor: genuine.descriptor, record: genuine.record, files: genuine.files, close: async () => undefined },
      Object.create(genuine),
      Object.create(Object.getPrototypeOf(genuine)),
      new Proxy(genuine, {}),
      structuredClone({ record: genuine.record }),
      undefined,
    ];

    for (const forgery of forgeries) {
      await expect(Reflect.apply(unpackCapsule, undefined, [forgery, target])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
    expect(() => Reflect.construct(Reflect.get(genuine, 'constructor'), [{}])).toThrow(TypeError);
    expect(() => Reflect.construct(Reflect.get(genuine, 'constructor'), [{}, Symbol('acceptance')])).toThrow(TypeError);
    expect(new Set(Reflect.ownKeys(Reflect.get(genuine, 'constructor')))).toEqual(new Set(['length', 'name', 'prototype']));
  });

  it('cannot be unpacked once it was closed', async () => {
    const verdict = await verify(origin, freightOf(app.capsule), policyFor(key));
    if (!verdict.accepted) throw new Error('it is accepted');
    await verdict.capsule.close();
    await verdict.capsule.close();

    await expect(unpackCapsule(verdict.capsule, join(temporaryDirectory(), 'target'))).rejects.toMatchObject({ code: 'ALREADY_DISPOSED' });
  });
});

function removeBelow(prefix: string): (files: ForgedFiles) => void {
  return (files) => [...files.keys()].filter((path) => path.startsWith(prefix)).forEach((path) => files.delete(path));
}

function changeFile(files: ForgedFiles): void {
  files.set(`${base}/deployment.yaml`, text(`kind: Pod\nimage: ${appRepository}\n`));
}

function addFile(files: ForgedFiles): void {
  files.set(`${base}/more.yaml`, text('kind: Pod\n'));
}

function removeKustomizations(files: ForgedFiles): void {
  for (const path of files.keys()) if (path.endsWith('kustomization.yaml')) files.delete(path);
}

function replaceIn(files: ForgedFiles, path: string, from: string, to: string): void {
  const before = Buffer.from(files.get(path)?.bytes ?? []).toString();
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} does not hold ${from}`);
  files.set(path, text(after));
}

function makeExecutable(files: ForgedFiles, path: string, executable: boolean): void {
  files.set(path, { bytes: files.get(path)?.bytes ?? new Uint8Array(), executable });
}

function withSource(changes: Partial<ReleaseRecord['source']>): (record: ReleaseRecord) => ReleaseRecord {
  return (record) => ({ ...record, source: { ...record.source, ...changes } });
}

function withAddition(path: string, content: string): (record: ReleaseRecord) => ReleaseRecord {
  return withSource({ additions: [{ path, sha256: digestText(Buffer.from(content)).slice(7), reason: 'vendored' }] });
}
