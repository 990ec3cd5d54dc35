import { copyGraph, openRegistry } from '@release-capsule/oci';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { otherDigest } from '../releases/release.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { FakeClock } from './interpreter/fake-clock.ts';
import { forgeCapsule } from './replay/forge-capsule.ts';
import { ourHelm, ourKustomize } from './replay/our-scenarios.ts';
import { ReplayBench } from './replay/replay-bench.ts';
import { ownKustomize } from './replay/scenarios.ts';
import { startSplitView } from './replay/split-view.ts';
import { type TamperingName, tamperings } from './replay/tamperings.ts';
import { troubled } from './replay/troubled-service.ts';
import { startVerifyService, type VerifyService } from './replay/verify-service.ts';

const directory = temporaryDirectory();
const startTimeoutMs = 60_000; // a registry, a GitOps repository and a service are made: slow on a loaded machine
const secrets = { 'capsule-verify': { token: 'f00dfeed'.repeat(4) } };

/** Why the service refuses, by what was done before the Freight was made. Whatever is done, nothing is downloaded. */
const refused: Readonly<Partial<Record<TamperingName, readonly string[]>>> = {
  otherRelease: ['TAG_OTHER_COMMIT'],
  layerBytes: ['LAYER_DIGEST_DIFFERS'],
  tagGone: ['CAPSULE_MISSING'],
  packageEdited: ['SIGNATURE_MISSING'],
  packageEditedBySigner: ['PACKAGE_DIGEST_DIFFERS', 'SOURCE_FILES_DIFFER'],
  imageDigestEdited: ['SIGNATURE_MISSING'],
  imageRepositoryEdited: ['RECORD_TWO_VERSIONS'],
  commitEdited: ['RECORD_TWO_VERSIONS'],
  pathTraversal: ['RECORD_INVALID'],
  metadataMissing: ['ARCHIVE_LAYOUT'],
  metadataEdited: ['SIGNATURE_MISSING'],
  unsafeNames: ['ARCHIVE_PATH'],
  unsigned: ['SIGNATURE_MISSING'],
  stranger: ['SIGNATURE_UNTRUSTED'],
  signatureMoved: ['SIGNATURE_OTHER_SUBJECT'],
  foreignName: ['NAME_DIFFERS'],
  foreignImage: ['IMAGE_REPOSITORY_DIFFERS'],
};
const rows = Object.entries(refused).map(([name, codes]) => ({ ...tamperings[name as TamperingName], codes }));

describe.each([ourKustomize(), ourHelm()])('$name', (scenario) => {
  const renderer = scenario.shelf.kind === 'helm' ? 'helm-template' : 'kustomize-build';
  let bench: ReplayBench;
  let service: VerifyService;
  beforeAll(async () => {
    bench = await ReplayBench.open(directory, scenario);
    service = await startVerifyService(bench.shelf, { directory, token: secrets['capsule-verify'].token });
  }, startTimeoutMs);
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });
  beforeEach(() => bench.shelf.restore());

  test.each(scenario.stages)('comes to render what was released, in %s', async (stage) => {
    const { steps, metadata, state } = await bench.promote(stage, { serviceUrl: service.url, secrets });
    const ended = steps.find(({ status }) => status !== 'Succeeded' && status !== 'Skipped');
    expect(ended).toMatchObject({ uses: renderer, message: expect.stringContaining('render reached') });
    const { app, capsuleRepository } = bench.shelf;
    const { kind, path, digest } = app.record.package;
    const released = {
      path: `./capsule/${path}`,
      packageKind: kind,
      packagePath: path,
      packageDigest: digest,
      capsule: `${capsuleRepository}@${app.descriptor.digest}`,
      capsuleDigest: app.descriptor.digest,
      imageRepo: app.image.repoURL,
      imageTag: app.image.tag,
      imageDigest: app.image.digest,
      imageNames: app.record.image?.names,
      imageValues: app.record.image?.values ?? {},
      gitCommit: app.record.gitCommit,
      release: 'app',
      outcome: 'accepted',
    };
    expect(state['capsule']).toEqual(released);
    expect(metadata.Stage.get(stage)).toEqual({ release: released });
  });

  test.each(rows)('fails before anything is downloaded where $name', async ({ apply, codes }) => {
    const freight = await apply(bench);
    const verdicts = service.verdicts().length;
    const before = bench.gitops.heads();
    const { phase, started, metadata, steps } = await bench.promote('staging', { freight, serviceUrl: service.url, secrets });
    expect(phase).toBe('Failed');
    expect(started).toEqual(['http']);
    expect(steps.find(({ uses }) => uses === 'http')).toMatchObject({ attempts: 1, message: expect.stringContaining('HTTP (422)') });
    expect(bench.gitops.heads()).toEqual(before);
    expect(metadata.Stage.size).toBe(0);
    await expect.poll(() => service.verdicts().slice(verdicts).map((verdict) => verdict.codes), { timeout: 10_000 }).toEqual([codes]);
  });

  test('renders what the Freight pins where the tag was moved afterwards', async () => {
    const { descriptor } = await bench.shelf.releaseNext();
    await bench.shelf.put(descriptor);
    const { state, started } = await bench.promote('staging', { serviceUrl: service.url, secrets });
    expect(started.at(-1)).toBe(renderer);
    expect(state['capsule']).toMatchObject({ capsuleDigest: bench.shelf.app.descriptor.digest });
  });

  test('fails where the Freight pins what is not there', async () => {
    const freight = bench.freightOf({ capsule: { digest: otherDigest } });
    expect(await bench.promote('staging', { freight, serviceUrl: service.url, secrets })).toMatchObject({ phase: 'Failed', started: ['http'] });
  });

  test('fails where the Freight is not named for what it holds', async () => {
    const freight = { ...bench.freight, name: '0'.repeat(40) };
    const { phase, message } = await bench.promote('staging', { freight, serviceUrl: service.url, secrets });
    expect({ phase, message }).toMatchObject({ phase: 'Failed', message: expect.stringContaining('FREIGHT_NAME_DIFFERS') });
  });

  test('fails at once without the right token', async () => {
    const wrong = { 'capsule-verify': { token: 'another token' } };
    const { phase, message, steps } = await bench.promote('staging', { serviceUrl: service.url, secrets: wrong });
    expect({ phase, message }).toMatchObject({ phase: 'Failed', message: expect.stringContaining('HTTP (401)') });
    expect(steps.find(({ uses }) => uses === 'http')).toMatchObject({ attempts: 1 });
  });

  test('asks again while the service is too busy or undetermined, and goes on once it can', async () => {
    await using busy = await troubled(service.url, [429, 503, 503]);
    const clock = new FakeClock();
    const { started } = await bench.promote('staging', { serviceUrl: busy.url, secrets, clock });
    expect(started.at(-1)).toBe(renderer);
    expect(clock.waits).toEqual([10_000, 10_000, 10_000]);
    expect(busy.asked()).toBe(4);
  });

  test('ends where the service never can tell', async () => {
    await using down = await troubled(service.url, endlessly(503));
    const clock = new FakeClock();
    const { phase, message, started } = await bench.promote('staging', { serviceUrl: down.url, secrets, clock });
    expect({ phase, started }).toEqual({ phase: 'Errored', started: ['http'] });
    expect(message).toContain('timed out after 10m');
    expect(clock.now).toBeGreaterThan(600_000);
    expect(clock.now).toBeLessThan(620_000);
  });
});

function* endlessly(status: number): Generator<number> {
  for (;;) yield status;
}

describe('approval', () => {
  let bench: ReplayBench;
  let service: VerifyService;
  beforeAll(async () => {
    bench = await ReplayBench.open(directory, ourKustomize());
    service = await startVerifyService(bench.shelf, { directory, token: secrets['capsule-verify'].token });
  }, startTimeoutMs);
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  const promoted = (approved?: object): ReturnType<ReplayBench['promote']> => {
    const { name } = bench.freight;
    const merged = { commit: bench.gitops.heads()['stage/production'] ?? '0'.repeat(40) };
    const metadata = { Stage: new Map(), Freight: new Map(approved === undefined ? [] : [[name, { approved, merged }]]) };
    return bench.promote('production', { serviceUrl: service.url, secrets, metadata });
  };
  const approvedRelease = (): Readonly<Record<string, string>> => {
    const { app } = bench.shelf;
    const { kind, path, digest } = app.record.package;
    const release = { gitCommit: app.record.gitCommit, imageDigest: app.image.digest ?? '', capsuleDigest: app.descriptor.digest };
    return { ...release, packageKind: kind, packagePath: path, packageDigest: digest };
  };

  const deployed = (reference: string): void => {
    const home = 'apps/hello/deployments/production';
    const metadata = `release: { capsule: { reference: "${reference}" } }\n`;
    bench.gitops.put('stage/production', { [`${home}/deploy/manifests.yaml`]: 'kind: Pod\n', [`${home}/release-metadata.yaml`]: metadata });
  };

  test('stops production where nothing was merged, or another release since', async () => {
    expect(await promoted(approvedRelease())).toMatchObject({ phase: 'Errored', message: expect.stringContaining('stage/production') });

    deployed(`${bench.shelf.capsuleRepository}@${otherDigest}`);
    const { phase, message } = await promoted(approvedRelease());
    expect({ phase, message }).toMatchObject({ phase: 'Failed', message: expect.stringContaining(`holds ${bench.shelf.capsuleRepository}@${otherDigest}`) });
  });

  test('lets what was approved into production, once it is there', async () => {
    deployed(`${bench.shelf.capsuleRepository}@${bench.shelf.app.descriptor.digest}`);
    const { phase, metadata } = await promoted(approvedRelease());
    expect(phase).toBe('Succeeded');
    expect(metadata.Stage.get('production')).toMatchObject({ release: { capsuleDigest: bench.shelf.app.descriptor.digest } });
  });

  test('that is not there stops production before the service is asked', async () => {
    const message = 'this Freight is not approved: promote it to the Stage with the pull request first';
    expect(await promoted()).toMatchObject({ phase: 'Failed', started: ['fail'], message: expect.stringContaining(message) });
  });

  test.each(['gitCommit', 'imageDigest', 'packageKind', 'packagePath', 'packageDigest', 'capsuleDigest'])('of another %s stops production', async (field) => {
    const other = field.endsWith('Digest') ? otherDigest : field === 'gitCommit' ? '0'.repeat(40) : field === 'packageKind' ? 'helm' : 'package/helm';
    expect(await promoted({ ...approvedRelease(), [field]: other })).toMatchObject({ phase: 'Failed', started: ['http'] });
  });
});

describe('a registry that shows Kargo something else than the service', () => {
  /** A bench whose registry shows Kargo a capsule that nobody has signed, at the same tag. */
  async function splitBench(scenario: Parameters<typeof ReplayBench.open>[1]): Promise<ReplayBench & { readonly shown: string }> {
    const split = await startSplitView();
    const bench = await ReplayBench.open(directory, scenario, split);
    const forged = await forgeCapsule(bench.shelf, (files) => {
      const [path = '', text = ''] = Object.entries(files).find(([name]) => name.endsWith('deployment.yaml')) ?? [];
      return { [path]: text.replace('kind: Deployment', 'kind: Deployment # of somebody else') };
    });
    const { repository } = scenario.shelf;
    const kargosView = openRegistry({ registry: split.kargo.host, repository });
    await copyGraph(bench.shelf.made, kargosView, forged, { referrers: false });
    await kargosView.tag(forged, bench.shelf.app.tag);
    // At the digest of the release, too, Kargo is shown the other one.
    const held = split.kargo.repository(repository);
    const manifest = held.findManifest(forged.digest);
    if (manifest === undefined) throw new Error('it was pushed');
    held.manifests.set(bench.shelf.app.descriptor.digest, manifest);
    return Object.assign(bench, { shown: forged.digest });
  }

  test('is stopped by our task: what was verified is fetched by its digest, and checked', async () => {
    await using bench = await splitBench(ourKustomize());
    await using service = await startVerifyService(bench.shelf, { directory, token: secrets['capsule-verify'].token });
    const { phase, message, started } = await bench.promote('staging', { serviceUrl: service.url, secrets });
    expect({ phase, stoppedAt: started.at(-1) }).toEqual({ phase: 'Errored', stoppedAt: 'oci-download' });
    expect(message).toContain(`"${bench.shown}" does not match requested digest`);
    expect(bench.gitops.heads()).toEqual({ main: bench.gitops.heads()['main'] });
  });

  // The answer to such a promotion says `binding: tag`: it proves what the tag named when the service asked, and no more.
  test('is not stopped by a promotion that downloads by tag: it renders what it was shown', async () => {
    await using bench = await splitBench(ownKustomize);
    await using service = await startVerifyService(bench.shelf, { directory });
    const { started, steps } = await bench.promote('staging', { serviceUrl: service.url });
    expect(steps.find(({ uses }) => uses === 'http')).toMatchObject({ status: 'Succeeded' });
    expect(started.at(-1)).toBe('kustomize-build');
  });
});
