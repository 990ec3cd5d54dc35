import { join } from 'node:path';
import { MemoryStore } from '@release-capsule/oci';
import { parseFreight } from '@release-capsule/verifier';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appRepository, capsuleRepository, digestOf, policyFor, refutations, verify } from '../releases/release.ts';
import { newKey, type TestKey } from '../releases/signing.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import { ImageRepository } from './discovery/image-repository.ts';
import { TimedApplication } from './discovery/release-at.ts';
import { storeRepository } from './discovery/store-repository.ts';
import type { SubscribedRepository } from './discovery/subscribed-repository.ts';
import { Warehouse, type WarehouseFreight } from './discovery/warehouse.ts';
import { type Manifest, readManifests } from './manifests/read-manifests.ts';

const directory = temporaryDirectory();
const application = new TimedApplication(join(directory, 'app'));
const versions = ['one', 'two', 'three'] as const;
const digests = { one: digestOf('1'), two: digestOf('2'), three: digestOf('3') };
type Version = (typeof versions)[number];

let key: TestKey;
let capsules: MemoryStore;
let landed: string[];
let images: ImageRepository;

beforeAll(async () => {
  key = await newKey();
  for (const [index, version] of versions.entries()) application.commit(version, `2026-03-0${index + 1}T10:00:00Z`);
});

beforeEach(() => {
  [capsules, landed, images] = [new MemoryStore(), [], new ImageRepository(appRepository)];
});

/** Our manifest with the repositories of this test, as `kustomize build` puts the settings in. */
function warehouse(folder: 'paired' | 'release-capsule'): Warehouse {
  const manifest = readManifests(join(workspaceRoot, 'deploy/kargo', folder)).find(({ kind }) => kind === 'Warehouse');
  if (manifest === undefined) throw new Error(`${folder} has no Warehouse`);
  return new Warehouse({ name: 'capsules', object: withRepositories(manifest) }, open);
}

function withRepositories({ object }: Manifest): object {
  const repositories = [capsuleRepository, appRepository, capsuleRepository, appRepository];
  const perUse = JSON.stringify(object).includes('freightCreationCriteria') ? repositories : [capsuleRepository];
  let use = 0;
  return JSON.parse(JSON.stringify(object).replaceAll('to-be-replaced', () => perUse[use++] ?? 'too many')) as object;
}

function open(repoURL: string): SubscribedRepository {
  return repoURL === appRepository ? images : storeRepository(repoURL, capsules, () => landed);
}

async function land(version: Version): Promise<void> {
  const { tag } = await application.release(version, capsules, { key, image: { repoURL: appRepository, digest: digests[version] } });
  landed.push(tag);
}

function build(version: Version, day: number, digest: string = digests[version]): void {
  images.push(application.tag(version), { digest, created: `2026-04-0${day}T10:00:00Z` });
}

async function objectionsTo(freight: WarehouseFreight | undefined): Promise<readonly string[]> {
  if (freight === undefined) return ['there is no such Freight'];
  const verdict = await verify(capsules, parseFreight(freight), policyFor(key));
  return verdict.outcome === 'unknown' ? ['unknown'] : refutations(verdict);
}

describe('our Warehouse, of the capsule alone', () => {
  test('makes a Freight of each release that lands in order, and each is accepted', async () => {
    const subject = warehouse('release-capsule');
    for (const version of versions) {
      await land(version);
      expect(await subject.reconcile()).toMatchObject({ is: 'created' });
    }
    expect(await Promise.all(subject.freight.map(objectionsTo))).toEqual([[], [], []]);
  });

  test('keeps three releases promotable that land out of order: the newest commit by itself, the others at a person’s word', async () => {
    const subject = warehouse('release-capsule');
    await land('three');
    expect(await subject.reconcile()).toMatchObject({ is: 'created', freight: { images: [{ tag: application.tag('three') }] } });
    await land('one');
    expect(await subject.reconcile()).toMatchObject({ is: 'already there', freight: { images: [{ tag: application.tag('three') }] } });
    await land('two');
    expect(await subject.reconcile()).toMatchObject({ is: 'already there' });

    const freight = versions.map((version) => subject.assemble(application.tag(version)));
    expect(new Set(freight.map((one) => one?.metadata.name)).size).toBe(3);
    expect(await Promise.all(freight.map(objectionsTo))).toEqual([[], [], []]);
  });

  test('minds no image that is rebuilt later: the record names the one that was released', async () => {
    const subject = warehouse('release-capsule');
    for (const version of versions) {
      build(version, 1);
      await land(version);
      await subject.reconcile();
    }
    build('one', 9, digestOf('9'));

    expect(await subject.reconcile()).toMatchObject({ is: 'already there', freight: { images: [{ tag: application.tag('three') }] } });
    expect(await Promise.all(subject.freight.map(objectionsTo))).toEqual([[], [], []]);
  });

  test('follows no tag that is moved: the Freight keeps the capsule that was found first', async () => {
    const subject = warehouse('release-capsule');
    await land('one');
    const first = await subject.reconcile();
    const other = await application.release('two', capsules, { key, image: { repoURL: appRepository, digest: digests.two } });
    await capsules.tag(other.descriptor, application.tag('one'));

    expect(await subject.reconcile()).toEqual({ ...first, is: 'already there' });
    expect(await Promise.all(subject.freight.map(objectionsTo))).toEqual([['TAG_MOVED TAG_POINTS_ELSEWHERE']]);
  });

  test('reads no tag but a commit’s: a signature’s index would stop all discovery', async () => {
    const subject = warehouse('release-capsule');
    await land('one');
    landed.push(`sha256-${'a'.repeat(64)}`, 'latest', `git-${'a'.repeat(40)}-amd64`);
    expect(await subject.reconcile()).toMatchObject({ is: 'created' });
  });
});

describe('the paired Warehouse', () => {
  test('pairs image and capsule of one commit, and that is accepted', async () => {
    const subject = warehouse('paired');
    build('one', 1);
    expect(await subject.reconcile()).toEqual({ is: 'nothing found' });
    await land('one');
    const round = await subject.reconcile();
    expect(round).toMatchObject({ is: 'created', freight: { images: [{ repoURL: capsuleRepository }, { repoURL: appRepository }] } });
    expect(await Promise.all(subject.freight.map(objectionsTo))).toEqual([[]]);
  });

  test('never pairs a capsule that comes after the next image: what is documented as its weakness', async () => {
    const subject = warehouse('paired');
    build('one', 1);
    build('two', 2);
    await land('one');
    expect(await subject.reconcile()).toEqual({ is: 'criteria not satisfied' });
    await land('two');
    expect(await subject.reconcile()).toMatchObject({ is: 'created', freight: { images: [{ tag: application.tag('two') }, { tag: application.tag('two') }] } });
    expect(subject.freight).toHaveLength(1);
    expect(await objectionsTo(subject.assemble(application.tag('one')))).toEqual([]);
  });

  test('stops altogether when an old commit’s image is rebuilt, until the next release', async () => {
    const subject = warehouse('paired');
    for (const [index, version] of (['one', 'two'] as const).entries()) {
      build(version, index + 1);
      await land(version);
      await subject.reconcile();
    }
    build('one', 5, digestOf('9'));
    expect(await subject.reconcile()).toEqual({ is: 'criteria not satisfied' });
    expect(await objectionsTo(subject.assemble(application.tag('one')))).toEqual(['PAIR PAIR_DIGEST_DIFFERS']);

    build('three', 6);
    await land('three');
    expect(await subject.reconcile()).toMatchObject({ is: 'created' });
  });
});

describe('the strategies that Kargo has besides', () => {
  test.each([
    ['SemVer, which is the default, finds nothing', undefined, 'nothing found'],
    ['Lexical takes the highest hash for the newest', 'Lexical', 'created'],
  ] as const)('%s', async (_what, imageSelectionStrategy, is) => {
    const subscription = { image: { repoURL: capsuleRepository, allowTagsRegexes: ['^git-[0-9a-f]{40}$'], ...(imageSelectionStrategy && { imageSelectionStrategy }) } };
    const subject = new Warehouse({ name: 'other', object: { spec: { subscriptions: [subscription] } } }, open);
    for (const version of versions) await land(version);

    const round = await subject.reconcile();
    expect(round.is).toBe(is);
    const taken = 'freight' in round ? round.freight.images[0]?.tag : undefined;
    expect(taken).toBe(imageSelectionStrategy && [...landed].sort().at(-1));
  });
});
