import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { directorySource, gitSource, packCapsule, type PackOptions } from '@release-capsule/packer';
import { formatImageLock, type ImageLock, type ImageNaming, type ReleaseRecord } from '@release-capsule/schema';
import type { Finding, Policy } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { forge, type Forgery } from './releases/forge.ts';
import { commitFiles, committedAt, type Files, gitEnv, initRepository, writeFiles } from './releases/git-repository.ts';
import { appDigest, appRepository, capsuleRepository, digestOf, freightOf, packOptions, policyFor, release, type Release, verify } from './releases/release.ts';
import { newKey, signBlindly, type TestKey } from './releases/signing.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
let made = 0;

const kustomize = (...images: readonly string[]): Files => ({
  'k8s/kustomization.yaml': 'resources: [app.yaml]\n',
  'k8s/app.yaml': images.map((image) => `kind: Pod\nspec: {containers: [{image: "${image}"}]}\n`).join('---\n'),
});
const chart = (values: string): Files => ({ 'k8s/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n', 'k8s/values.yaml': values });
const lockFile = (lock: ImageLock): string => Buffer.from(formatImageLock(lock)).toString();
const redis = { repository: 'docker.io/library/redis', tag: '7.4', digest: digestOf('c') };

function commit(files: Files): string {
  const repository = join(directory, `repository-${(made += 1)}`);
  initRepository(repository);
  commitFiles(repository, files);
  writeFiles(repository, files); // else they count as deleted
  return repository;
}

/** What a pack says of names: those of the record, and the warnings. */
async function pack(files: Files, naming: Partial<ImageNaming> = {}, options: Partial<PackOptions> = {}): Promise<unknown> {
  return packFrom(commit(files), naming, options);
}

async function packFrom(repository: string, naming: Partial<ImageNaming> = {}, options: Partial<PackOptions> = {}): Promise<unknown> {
  const source = gitSource({ directory: repository, revision: 'HEAD', env: gitEnv });
  const image = { repoURL: appRepository, digest: appDigest, ...naming };
  const { record, warnings } = await packCapsule(source, new MemoryStore(), { ...packOptions, packagePath: 'k8s', image, ...options });
  return outcomeOf(record, warnings);
}

function outcomeOf({ image, images }: ReleaseRecord, warnings: readonly { readonly code: string }[]): unknown {
  return {
    names: image?.names,
    ...(image?.values !== undefined && { values: image.values }),
    ...(images.length > 0 && { images }),
    ...(warnings.length > 0 && { warnings: warnings.map(({ code }) => code) }),
  };
}

describe('pack names the application image', () => {
  it.each<readonly [how: string, files: Files, naming: Partial<ImageNaming>, wanted: object]>([
    ['by its repository, where the package spells it', kustomize(appRepository), {}, { names: [{ name: appRepository }] }],
    ['by its repository, whatever tag stands there', kustomize(`${appRepository}:latest`, appRepository), {}, { names: [{ name: appRepository }] }],
    ['by a name that is stated', kustomize('stefanprodan/podinfo:6'), { names: [{ name: 'stefanprodan/podinfo' }] }, { names: [{ name: 'stefanprodan/podinfo' }] }],
    ['by what is stated and what is spelled', kustomize('app', appRepository), { names: [{ name: 'app' }] }, { names: [{ name: 'app' }, { name: appRepository }] }],
    ['by stated tags alone', kustomize('app:web', 'app:worker', 'app:old'), { names: [{ name: 'app', tag: 'worker' }, { name: 'app', tag: 'web' }] }, {
      names: [{ name: 'app', tag: 'web' }, { name: 'app', tag: 'worker' }],
    }],
    ['of a chart by its values', chart(`image: {repository: ${appRepository}, tag: ""}\n`), {}, {
      names: [{ name: appRepository }],
      values: { repository: 'image.repository', tag: 'image.tag' },
    }],
    ['of a chart by the values of a name that is stated', chart('web: {image: "podinfo:6"}\n'), { names: [{ name: 'podinfo' }] }, {
      names: [{ name: 'podinfo' }],
      values: { image: 'web.image' },
    }],
    ['of a chart by no values where several set it', chart(`web: {image: "${appRepository}:6"}\njob: {image: "${appRepository}:6"}\n`), {}, { names: [{ name: appRepository }] }],
    ['of a chart by values that are stated, with a warning', chart('a: b\n'), { names: [], values: { image: 'image' } }, {
      names: [],
      values: { image: 'image' },
      warnings: ['IMAGE_NAMES_STATED'],
    }],
    ['of a chart by a name that no file shows, with a warning', chart('a: b\n'), { names: [{ name: 'app' }] }, { names: [{ name: 'app' }], warnings: ['IMAGE_NAMES_STATED'] }],
  ])('%s', async (_how, files, naming, wanted) => {
    expect(await pack(files, naming)).toEqual(wanted);
  });

  it.each<readonly [what: string, code: string, message: RegExp, files: Files, naming: Partial<ImageNaming>]>([
    ['a kustomize package that names another image', 'IMAGE_NOT_NAMED', /ghcr\.io\/example\/app: it names redis:7, stefanprodan\/podinfo$/, kustomize('stefanprodan/podinfo', 'redis:7'), {}],
    ['a kustomize package that names none', 'IMAGE_NOT_NAMED', /it names no image$/, kustomize(), {}],
    ['a kustomize package where a name is stated in vain', 'IMAGE_NOT_NAMED', /neither ghcr\.io\/example\/app nor app: it names podinfo$/, kustomize('podinfo'), { names: [{ name: 'app' }] }],
    ['a chart of which nothing is known', 'IMAGE_NOT_NAMED', /it names no image$/, chart('a: b\n'), {}],
    ['one name under several tags', 'IMAGE_NAME_AMBIGUOUS', /under several tags: web, worker$/, kustomize(`${appRepository}:web`, `${appRepository}:worker`), {}],
    ['values of a kustomize package', 'RECORD_INCONSISTENT', /values/, kustomize(appRepository), { values: { image: 'image' } }],
  ])('refuses %s', async (_what, code, message, files, naming) => {
    await expect(pack(files, naming)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it.each<readonly [what: string, hint: RegExp, files: Files, naming: Partial<ImageNaming>]>([
    ['which file to write the image into, where a kustomize package names none', /^Write image: ghcr\.io\/example\/app into the manifest/, kustomize(), {}],
    ['the same where a name is stated for it', /^Write image: ghcr\.io\/example\/app into the manifest/, kustomize(), { names: [{ name: 'app' }] }],
    ['how to give the other name', /^If one of these is the application image under another name.*--image-name/, kustomize('podinfo'), {}],
    ['how to render a chart that shows no name', /^Run capsule lock, which renders the chart/, chart('a: b\n'), {}],
    ['how to render a chart that shows other names', /^Run capsule lock, which renders the chart/, chart('image: {repository: podinfo}\n'), {}],
  ])('says %s', async (_what, hint, files, naming) => {
    await expect(pack(files, naming)).rejects.toMatchObject({ code: 'IMAGE_NOT_NAMED', hint: expect.stringMatching(hint) as string });
  });

  it('names no image where none is released', async () => {
    const source = gitSource({ directory: commit(kustomize('redis:7')), revision: 'HEAD', env: gitEnv });
    const { image: _image, ...options } = packOptions;
    const { record } = await packCapsule(source, new MemoryStore(), { ...options, packagePath: 'k8s', images: [{ repoURL: 'docker.io/library/redis', digest: digestOf('c') }] });
    expect(record.images).toEqual([{ repoURL: 'docker.io/library/redis', digest: digestOf('c'), names: [{ name: 'redis' }] }]);
  });
});

describe('pack takes capsule.lock.yaml', () => {
  const lock: ImageLock = { image: { repository: appRepository, names: [{ name: 'podinfo' }] }, images: [redis] };
  const named = kustomize('podinfo:6', 'redis:7.4');
  const wanted = { names: [{ name: 'podinfo' }], images: [{ repoURL: redis.repository, tag: '7.4', digest: redis.digest, names: [{ name: 'redis', tag: '7.4' }] }] };

  it('from the commit, not from the working tree', async () => {
    const repository = commit({ ...named, 'capsule.lock.yaml': lockFile(lock) });
    writeFileSync(join(repository, 'capsule.lock.yaml'), 'not a lock');
    expect(await packFrom(repository)).toEqual({ ...wanted, warnings: ['UNCOMMITTED_CHANGE'] });

    const without = commit(named);
    writeFileSync(join(without, 'capsule.lock.yaml'), lockFile(lock));
    await expect(packFrom(without)).rejects.toMatchObject({ code: 'IMAGE_NOT_NAMED' });
  });

  it('from where it is said to lie', async () => {
    expect(await pack({ ...named, 'services/a/capsule.lock.yaml': lockFile(lock) }, {}, { lockPath: 'services/a/capsule.lock.yaml' })).toEqual(wanted);
  });

  it('from a plain directory', async () => {
    const plain = join(directory, 'plain');
    writeFiles(plain, { ...named, 'capsule.lock.yaml': lockFile(lock) });
    const source = directorySource({ directory: plain, commit: 'ab'.repeat(20), committedAt });
    const { record, warnings } = await packCapsule(source, new MemoryStore(), { ...packOptions, packagePath: 'k8s' });
    expect(outcomeOf(record, warnings)).toEqual(wanted);
  });

  it('with the images that are given beside', async () => {
    const given = { repoURL: 'docker.io/envoyproxy/envoy', digest: digestOf('d') };
    const files = { ...named, 'capsule.lock.yaml': lockFile(lock) };
    expect(await pack(files, {}, { images: [given, { repoURL: redis.repository, tag: '7.4', digest: redis.digest }] })).toEqual({ ...wanted, images: [given, ...wanted.images] });
  });

  it('without values that a rendering has tried and found to set nothing', async () => {
    const files = chart(`image: {repository: ${appRepository}, tag: ""}\n`);
    const found = { image: { repository: appRepository, names: [{ name: appRepository }] }, images: [] };

    expect(await pack({ ...files, 'capsule.lock.yaml': lockFile(found) })).toMatchObject({ values: { repository: 'image.repository' } });
    expect(await pack({ ...files, 'capsule.lock.yaml': lockFile({ ...found, rendered: { by: { helm: '4.3.1' } } }) })).toEqual({ names: [{ name: appRepository }] });
  });

  it.each<readonly [what: string, code: string, lock: string, naming: Partial<ImageNaming>, options: Partial<PackOptions>]>([
    ['of another image', 'LOCK_MISMATCH', lockFile({ ...lock, image: { repository: 'ghcr.io/example/other', names: [{ name: 'podinfo' }] } }), {}, {}],
    ['without a name that is stated', 'LOCK_MISMATCH', lockFile(lock), { names: [{ name: 'app' }] }, {}],
    ['with another digest than the one given', 'LOCK_MISMATCH', lockFile(lock), {}, { images: [{ repoURL: redis.repository, tag: '7.4', digest: digestOf('d') }] }],
    ['that cannot be read', 'LOCK_INVALID', 'kind: ImageLock\n', {}, {}],
    ['that locks the application image', 'RECORD_INCONSISTENT', lockFile({ ...lock, images: [{ repository: appRepository, digest: appDigest }] }), {}, {}],
  ])('refuses one %s', async (_what, code, text, naming, options) => {
    await expect(pack({ ...named, 'capsule.lock.yaml': text }, naming, options)).rejects.toMatchObject({ code });
  });
});

const store = new MemoryStore();
let key: TestKey;
let application: Release;
let packedChart: Release;

beforeAll(async () => {
  key = await newKey();
  const files = kustomize(appRepository, 'redis:7.4', 'envoy');
  application = await release(store, directory, { key, files, packagePath: 'k8s', images: [{ repoURL: redis.repository, tag: '7.4', digest: redis.digest }], omitSourceProof: true });
  packedChart = await release(store, directory, { key, files: chart(`image: {repository: ${appRepository}, tag: ""}\n`), packagePath: 'k8s', omitSourceProof: true });
});

/** Judges a capsule that the policy's own key has signed; returns what is said of IMAGES, and the outcome. */
async function judge(capsule: Descriptor, tag: string, changes: Partial<Policy> = {}): Promise<{ readonly images: readonly string[]; readonly outcome: string; readonly found: readonly Finding[] }> {
  const { packageKind: _kind, source: _source, ...policy } = policyFor(key);
  const verdict = await verify(store, freightOf({ repoURL: capsuleRepository, tag, digest: capsule.digest }), { ...policy, ...changes });
  if (verdict.accepted) await verdict.capsule.close();
  const found = verdict.findings.filter(({ claim }) => claim === 'IMAGES');
  return { images: found.map(({ state, code }) => `${state} ${code}`), outcome: verdict.outcome, found };
}

async function judgeForged(of: Release, forgery: Forgery, changes: Partial<Policy> = {}): ReturnType<typeof judge> {
  const forged = await forge(store, of.descriptor, forgery);
  await signBlindly(store, forged, key);
  return judge(forged, of.tag, changes);
}

const naming = (changes: Partial<ImageNaming>): Forgery => ({
  record: (record) => (record.image === undefined ? record : { ...record, image: { ...record.image, ...changes } }),
});
const text = (content: string): { bytes: Uint8Array; executable: boolean } => ({ bytes: Buffer.from(content), executable: false });

describe('verify judges the names of a record', () => {
  it('proven where the package shows them', async () => {
    expect(await judge(application.descriptor, application.tag)).toMatchObject({ images: ['proven IMAGES_NAMED'], outcome: 'accepted' });
    expect(await judge(packedChart.descriptor, packedChart.tag)).toMatchObject({ images: ['proven IMAGES_NAMED'], outcome: 'accepted' });
  });

  it.each<readonly [what: string, images: readonly string[], outcome: string, of: () => Release, forgery: Forgery]>([
    ['a record that names an image which the package does not', ['refuted IMAGE_NAMES_DIFFER', 'refuted IMAGE_NOT_NAMED'], 'refused', () => application, naming({ names: [{ name: 'podinfo' }] })],
    ['a package whose image was replaced by another', ['refuted IMAGE_NOT_NAMED'], 'refused', () => application, {
      files: (files) => void files.set('package/kustomize/app.yaml', text('image: stefanprodan/podinfo\n')),
    }],
    ['a package with the image under several tags', ['refuted IMAGE_NAME_AMBIGUOUS'], 'refused', () => application, {
      files: (files) => void files.set('package/kustomize/app.yaml', text(`image: ${appRepository}:web\n---\nimage: ${appRepository}:worker\n`)),
    }],
    ['a package with more names than are looked at', ['refuted IMAGE_NAMES_TOO_MANY'], 'refused', () => application, {
      files: (files) => void files.set('package/kustomize/more.yaml', text(Array.from({ length: 1001 }, (_, index) => `image: a${index}\n`).join('---\n'))),
    }],
    ['one more name, which nothing shows', ['unknown IMAGE_NAMES_STATED'], 'accepted', () => application, naming({ names: [{ name: appRepository }, { name: 'podinfo' }] })],
    ['a chart whose names nothing shows', ['unknown IMAGE_NAMES_STATED'], 'accepted', () => packedChart, {
      ...naming({ names: [{ name: 'app' }] }),
      files: (files) => void files.set('package/helm/values.yaml', text('a: b\n')),
    }],
    ['a chart with paths that set another value', ['unknown IMAGE_NAMES_STATED'], 'accepted', () => packedChart, naming({ values: { repository: 'other.repository' } })],
  ])('of %s', async (_what, images, outcome, of, forgery) => {
    const judged = await judgeForged(of(), forgery);
    expect(judged).toMatchObject({ images, outcome });
  });

  it('of a package that spells the image in a second way', async () => {
    const image = { repoURL: 'docker.io/library/app', digest: appDigest };
    const hub = await release(store, directory, { key, files: kustomize('app'), packagePath: 'k8s', image, omitSourceProof: true });
    expect(hub.record.image?.names).toEqual([{ name: 'app' }]);
    const forgery: Forgery = { files: (files) => void files.set('package/kustomize/more.yaml', text('image: docker.io/app:1\n')) };
    const policy = { image: { repository: image.repoURL, signers: [], threshold: 1, provenance: { signers: [], builders: [] } } };
    const { images, outcome, found } = await judgeForged(hub, forgery, policy);
    expect({ images, outcome }).toEqual({ images: ['refuted IMAGE_NAMES_DIFFER'], outcome: 'refused' });
    expect(found[0]).toMatchObject({ evidence: { names: ['docker.io/app:1'], files: ['more.yaml'] } });
  });

  it('says what the package names instead', async () => {
    const forgery: Forgery = { files: (files) => void files.set('package/kustomize/app.yaml', text('image: stefanprodan/podinfo:6\n')) };
    const { found } = await judgeForged(application, forgery);
    expect(found[0]).toMatchObject({ message: `the package does not name the image ${appRepository}; it names stefanprodan/podinfo:6`, hint: expect.any(String) as string });
  });
});

describe('require.lockedImages', () => {
  const asking = (unlockedImages: readonly string[] = []): Partial<Policy> => ({
    require: { provenance: false, sbom: false, lineage: false, lockedImages: true },
    allow: { references: [], unlockedImages },
  });

  it('refuses a package that names an image without a lock', async () => {
    const { images, outcome, found } = await judge(application.descriptor, application.tag, asking());
    expect({ images, outcome }).toEqual({ images: ['proven IMAGES_NAMED', 'refuted IMAGE_NOT_LOCKED'], outcome: 'refused' });
    expect(found[1]).toMatchObject({ evidence: { names: ['envoy'] }, hint: expect.stringContaining('capsule lock') as string });
  });

  it('takes a repository that the policy allows, however it is spelled', async () => {
    const { images, outcome } = await judge(application.descriptor, application.tag, asking(['docker.io/library/envoy']));
    expect({ images, outcome }).toEqual({ images: ['proven IMAGES_NAMED', 'proven IMAGES_LOCKED'], outcome: 'accepted' });
  });

  it('is not satisfied where the package pins another digest itself', async () => {
    const forgery: Forgery = { files: (files) => void files.set('package/kustomize/more.yaml', text(`image: redis:7.4@${digestOf('e')}\n`)) };
    const { found } = await judgeForged(application, forgery, asking(['docker.io/library/envoy']));
    expect(found[1]).toMatchObject({ code: 'IMAGE_NOT_LOCKED', evidence: { names: [`redis:7.4@${digestOf('e')}`] } });
  });

  it('is not satisfied by a lock of another tag', async () => {
    const forgery: Forgery = { files: (files) => void files.set('package/kustomize/more.yaml', text('image: redis:6\n')) };
    const { found } = await judgeForged(application, forgery, asking(['docker.io/library/envoy']));
    expect(found[1]).toMatchObject({ code: 'IMAGE_NOT_LOCKED', evidence: { names: ['redis:6'] } });
  });
});
