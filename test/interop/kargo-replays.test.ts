import { findImages } from '@release-capsule/schema';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifests } from '../kargo/interpreter/manifest.ts';
import type { ValueMap } from '../kargo/interpreter/expression/values.ts';
import type { Metadata } from '../kargo/interpreter/step.ts';
import type { FreightImage } from '../kargo/interpreter/expression/freight-functions.ts';
import { PullRequests } from '../kargo/interpreter/pull-requests.ts';
import { FakeClock } from '../kargo/interpreter/fake-clock.ts';
import { type ChartForm, chartForms, packagePaths } from '../kargo/replay/packages.ts';
import type { Hosts } from '../kargo/replay/originals.ts';
import { type BuildManifests, nameInPackage, ourHelm, ourKustomize } from '../kargo/replay/our-scenarios.ts';
import { ReplayBench } from '../kargo/replay/replay-bench.ts';
import { originalHelm, originalKustomize, ownHelm, ownKustomize, type Scenario } from '../kargo/replay/scenarios.ts';
import { startVerifyService, type VerifyService } from '../kargo/replay/verify-service.ts';
import { type Files, writeFiles } from '../releases/git-repository.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { buildKargo } from './support/kargo-manifests.ts';
import { kargoRenderer } from './support/kargo-renderer.ts';
import { openRegistryKinds } from './support/registry-kinds.ts';

const directory = temporaryDirectory();
const renderer = kargoRenderer(join(directory, 'home'));

/** The deployment that a Stage renders for. */
function deploymentOf(stage: string): string {
  return stage === 'review-infra-changes' ? 'production' : stage;
}

/** The text of a file of the GitOps repository. */
function text(files: Files, path: string): string {
  const content = files[path];
  if (typeof content !== 'string') throw new Error(`there is no ${path}`);
  return content;
}

/** Resources by kind and name, however they were written down. */
function resourcesOf(texts: readonly string[]): ReadonlyMap<string, unknown> {
  const documents = texts.flatMap((each) => parseAllDocuments(each)).map((document) => document.toJS()).filter((resource) => resource !== null);
  return new Map(documents.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource] as const).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** What kustomize or Helm make of the package, were it lying beside the GitOps repository's own files. */
async function renderedDirectly({ scenario, shelf }: ReplayBench, deployment: string): Promise<ReadonlyMap<string, unknown>> {
  const main = scenario.main(shelf);
  const root = mkdtempSync(join(directory, 'direct-'));
  writeFiles(root, { ...main, ...scenario.shelf.files });
  const apps = scenario.home(deployment).split('/deployments/')[0] ?? '';
  const { tag, digest } = shelf.app.image;
  const isOurs = scenario.warehouse.holds === 'capsule';
  const { envType = deployment, namespace = '' } = parse(text(main, `${scenario.home(deployment)}/deployment.yaml`)) ?? {};
  if (scenario.shelf.kind === 'helm') {
    const valuesName = isOurs ? envType : deployment; // the others name no envType for a chart
    const values = [`${apps}/envTypes/${valuesName}.values.yaml`, `${scenario.home(deployment)}/values.yaml`];
    return resourcesOf([
      await renderer.helmTemplate({
        chart: join(root, packagePaths.helm),
        name: deployment,
        // The fixtures and originals leave it out, and Kargo takes the project's; our task says which.
        namespace: isOurs ? namespace : scenario.project,
        valuesFiles: values.map((path) => join(root, path)),
        values: imageValues(scenario, shelf.app.image).map(([key, value]) => ({ key, value, isLiteral: true })),
        kubeVersion: isOurs ? '1.34.0' : 'v1.20.0',
        skipTests: isOurs,
      }),
    ]);
  }
  // The originals render by tag.
  const version = scenario === originalKustomize ? { newTag: tag } : { digest };
  const image = { name: scenario === originalKustomize ? 'code-dot-org' : nameInPackage, newName: scenario.shelf.imageRepository, ...version };
  const kustomization = { namespace, resources: [`../${packagePaths.kustomize}/base`], components: [`../${apps}/envTypes/${envType}`], images: [image] };
  writeFiles(root, { 'overlay/kustomization.yaml': stringify(kustomization) });
  return resourcesOf([await renderer.kustomizeBuild(join(root, 'overlay'))]);
}

/** What a chart is given of the image, in the form that it has. */
function imageValues({ shelf }: Scenario, { tag, digest }: FreightImage): readonly (readonly [key: string, value: string])[] {
  const { imageRepository: repository, naming } = shelf;
  const [registry = '', ...path] = repository.split('/');
  const given: Readonly<Record<ChartForm, readonly (readonly [string, string])[]>> = {
    'one value': [['image', `${repository}@${digest}`]],
    'repository and digest': [['image.repository', repository], ['image.digest', `${digest}`]],
    'repository and tag': [['image.repository', repository], ['image.tag', `${tag}@${digest}`]],
    'registry, repository and tag': [['image.registry', registry], ['image.repository', path.join('/')], ['image.tag', `${tag}@${digest}`]],
    'all parts': [['image.repository', repository], ['image.tag', `${tag}`], ['image.digest', `${digest}`]],
  };
  const form = forms.find((name) => chartForms[name].paths === naming.values);
  if (form === undefined) throw new Error('the chart has no form that is known here');
  return given[form];
}

const forms = Object.keys(chartForms) as readonly ChartForm[];

/**
 * The image of the Deployment. The originals for kustomize render by tag; and where their envType writes an image of its own, what
 * the promotion sets finds nothing to replace any more, and that is what is deployed. Both are theirs, whatever is verified before.
 */
function deployedImage({ scenario, shelf: { app } }: ReplayBench, deployment: string): string {
  const { imageRepository } = scenario.shelf;
  if (scenario !== originalKustomize) return `${imageRepository}@${app.image.digest}`;
  return ['staging', 'levelbuilder'].includes(deployment) ? `${imageRepository}:replace-me` : `${imageRepository}:${app.tag}`;
}

/** The images of a released repository in what was pushed: each once. */
function releasedImages(rendered: readonly string[], { shelf }: Scenario): readonly string[] {
  const texts = rendered.flatMap((content) => findImages(content)).map((found) => found.text);
  return [...new Set(texts)].filter((image) => image.startsWith(shelf.imageRepository));
}

/** An image by its digest, with its tag before that or without. */
function pinnedBy({ repoURL, tag, digest }: FreightImage): RegExp {
  return new RegExp(`^${repoURL}(:${tag})?@${digest}$`);
}

/** People who merge a pull request at the second look. */
function mergingPeople(): PullRequests {
  let looks = 0;
  return new PullRequests({ people: () => ((looks += 1) < 2 ? 'open' : 'merged') });
}

/** Our manifests as a team builds them: with the capsule alone in the Freight, and paired with the image. */
const [alone, paired] = await Promise.all([buildKargo('hello'), buildKargo('hello-paired')]);

/** The same for the hosts of a replay. */
function ourManifests(built: string, { gitopsUrl, capsuleRepository, serviceUrl = '' }: Hosts): readonly ValueMap[] {
  const hosted = built
    .replaceAll('https://github.com/example/gitops.git', gitopsUrl)
    .replaceAll('ghcr.io/example/hello-capsule', capsuleRepository)
    .replaceAll('ghcr.io/example/hello', 'ghcr.io/example/web')
    .replaceAll(/^( +- name: verifyURL\n +value: ).*$/gm, `$1${serviceUrl}/v1/verify`);
  return readManifests(hosted);
}

const secrets = { 'capsule-verify': { token: 'f00dfeed'.repeat(4) } };

describe.each(openRegistryKinds)('before $name', (kind) => {
  const build: BuildManifests = (hosts) => ourManifests(alone, hosts);

  describe.each([ourKustomize(build), ...forms.map((form) => ourHelm(build, form))])('$name', (scenario) => {
    let bench: ReplayBench;
    let service: VerifyService;
    const metadata: Metadata = { Stage: new Map(), Freight: new Map() };
    beforeAll(async () => {
      bench = await ReplayBench.open(directory, scenario, await kind.start());
      service = await startVerifyService(bench.shelf, { directory, token: secrets['capsule-verify'].token });
    });
    afterAll(async () => {
      await service[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    });

    async function expectRendered(deployment: string): Promise<void> {
      const { app, capsuleRepository } = bench.shelf;
      const pushed = bench.gitops.files(`stage/${deployment}`, scenario.home(deployment));
      const rendered = Object.entries(pushed).filter(([path]) => path.startsWith('deploy/')).map(([, content]) => content);
      const expected = await renderedDirectly(bench, deployment);
      expect(resourcesOf(rendered)).toEqual(expected);
      expect(expected.size).toBeGreaterThan(1);
      expect(releasedImages(rendered, scenario)).toEqual([expect.stringMatching(pinnedBy(app.image))]);
      expect(parse(pushed['release-metadata.yaml'] ?? '')).toEqual({
        release: {
          gitCommit: app.record.gitCommit,
          image: { repoURL: app.image.repoURL, digest: app.image.digest },
          capsule: {
            reference: `${capsuleRepository}@${app.descriptor.digest}`,
            packageKind: app.record.package.kind,
            packagePath: app.record.package.path,
            packageDigest: app.record.package.digest,
          },
        },
      });
    }

    test.each(scenario.stages)('renders and pushes %s, pinned by digest', async (stage) => {
      const { phase, message } = await bench.promote(stage, { serviceUrl: service.url, secrets, renderer, metadata });
      expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
      await expectRendered(stage);
      expect(metadata.Stage.get(stage)).toMatchObject({ release: { capsuleDigest: bench.shelf.app.descriptor.digest, outcome: 'accepted' } });
    });

    test('lets into production what a pull request has brought, and nothing before', async () => {
      const promote = (stage: string, pullRequests?: PullRequests): ReturnType<ReplayBench['promote']> => {
        return bench.promote(stage, { serviceUrl: service.url, secrets, renderer, metadata, ...(pullRequests !== undefined && { pullRequests }) });
      };
      expect(await promote('production')).toMatchObject({ phase: 'Failed', started: ['fail'] });
      const closed = await promote('review', new PullRequests({ people: () => 'closed' }));
      expect(closed).toMatchObject({ phase: 'Failed', message: expect.stringContaining('closed without being merged') });
      expect(metadata.Freight.size).toBe(0);

      expect(await promote('review', mergingPeople())).toMatchObject({ phase: 'Succeeded' });
      await expectRendered('production');
      expect(await promote('production')).toMatchObject({ phase: 'Succeeded' });
    });

    test('pushes nothing where another release was put under the tag before the Freight was made', async () => {
      const next = await bench.shelf.releaseNext();
      await bench.shelf.put(next.descriptor);
      const before = bench.gitops.heads();
      const freight = bench.freightOf({ capsule: { digest: next.descriptor.digest } });
      const { phase, started } = await bench.promote('staging', { serviceUrl: service.url, secrets, renderer, freight });
      expect({ phase, started }).toEqual({ phase: 'Failed', started: ['http'] });
      expect(bench.gitops.heads()).toEqual(before);
    });
  });
});

describe('our PromotionTask, where the Freight pairs capsule and image,', () => {
  const pairedKustomize = ourKustomize((hosts) => ourManifests(paired, hosts));
  const scenario: Scenario = { ...pairedKustomize, warehouse: { ...pairedKustomize.warehouse, holds: 'images' } };
  let bench: ReplayBench;
  let service: VerifyService;
  beforeAll(async () => {
    bench = await ReplayBench.open(directory, scenario);
    service = await startVerifyService(bench.shelf, { directory, token: secrets['capsule-verify'].token });
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  test('renders and pushes, pinned by digest', async () => {
    const { phase, message } = await bench.promote('staging', { serviceUrl: service.url, secrets, renderer });
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(JSON.stringify(bench.gitops.files('stage/staging'))).toContain(`${scenario.shelf.imageRepository}@${bench.shelf.app.image.digest}`);
  });

  test.each([
    ['digest', { digest: `sha256:${'c'.repeat(64)}` }],
    ['tag', { tag: `git-${'0'.repeat(40)}` }],
  ])('fails where the image has another %s than the signed record', async (_, image) => {
    const before = bench.gitops.heads();
    const { phase, started } = await bench.promote('staging', { serviceUrl: service.url, secrets, renderer, freight: bench.freightOf({ image }) });
    expect({ phase, started }).toEqual({ phase: 'Failed', started: ['http'] });
    expect(bench.gitops.heads()).toEqual(before);
  });
});

const scenarios: readonly Scenario[] = [ownKustomize, ownHelm, originalKustomize, originalHelm];

describe.each(openRegistryKinds)('before $name', (kind) => {
  describe.each(scenarios)('$name', (scenario) => {
    describe.skipIf(!scenario.isThere)('where it can be read', () => {
      let bench: ReplayBench;
      let service: VerifyService;
      beforeAll(async () => {
        bench = await ReplayBench.open(directory, scenario, await kind.start());
        service = await startVerifyService(bench.shelf, { directory });
      });
      afterAll(async () => {
        await service[Symbol.asyncDispose]();
        await bench[Symbol.asyncDispose]();
      });

      test.each(scenario.stages)('pushes to the branch of %s what the renderer makes of the package', async (stage) => {
        const deployment = deploymentOf(stage);
        const branch = `stage/${deployment}`;
        const before = bench.gitops.heads();
        const clock = new FakeClock();
        const pullRequests = mergingPeople();

        const { phase, message, steps, metadata } = await bench.promote(stage, { serviceUrl: service.url, renderer, pullRequests, clock });

        expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
        expect(steps.filter(({ status }) => status !== 'Succeeded')).toEqual([]);
        const pushed = bench.gitops.files(branch, scenario.home(deployment));
        const rendered = Object.entries(pushed).filter(([path]) => path.startsWith('deploy/')).map(([, content]) => content);
        const expected = await renderedDirectly(bench, deployment);
        expect(resourcesOf(rendered)).toEqual(expected);
        expect(expected.size).toBeGreaterThan(1);
        expect(rendered.join()).toContain(deployedImage(bench, deployment));
        // Nothing else has moved, but for the branch of a pull request.
        const moved = Object.entries(bench.gitops.heads()).filter(([name, head]) => before[name] !== head && !name.startsWith('kargo/promotion/'));
        expect(moved.map(([name]) => name)).toEqual([branch]);
        expect(clock.waits).toEqual(pullRequests.all.length === 0 ? [] : [30_000]);
        if (scenario.shelf.kind === 'helm') return;
        expect(parse(pushed['release-metadata.yaml'] ?? '')).toMatchObject({ release: { image: { digest: bench.shelf.app.image.digest } } });
        expect(pushed['release-metadata.yaml']).toContain(bench.shelf.app.record.gitCommit);
        expect(JSON.stringify(metadata.Stage.get(stage))).toContain('package/kustomize');
      });

      test('pushes nothing where another release was put under the tag', async () => {
        const next = await bench.shelf.releaseNext();
        const freight = bench.freightOf({ capsule: { digest: next.descriptor.digest } });
        await bench.shelf.put(next.descriptor);
        const before = bench.gitops.heads();
        const { phase, started } = await bench.promote('staging', { serviceUrl: service.url, renderer, freight });
        await bench.shelf.put(bench.shelf.app.descriptor);
        expect(phase).not.toBe('Succeeded');
        expect(started.at(-1)).toBe(scenario.shelf.kind === 'helm' ? 'copy' : 'http');
        expect(bench.gitops.heads()).toEqual(before);
      });
    });
  });
});
