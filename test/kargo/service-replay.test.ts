import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appDigest } from '../releases/release.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { ReplayBench } from './replay/replay-bench.ts';
import { originalKustomize, ownKustomize } from './replay/scenarios.ts';
import { type TamperingName, tamperings } from './replay/tamperings.ts';
import { startVerifyService, type VerifyService } from './replay/verify-service.ts';

const directory = temporaryDirectory();
const renderSteps = ['kustomize-set-image', 'kustomize-build', 'helm-template', 'git-commit', 'git-push'];

/** Where a promotion stops that downloads by tag and asks the service: nothing comes as far as the copies that are rendered. */
const stops: Readonly<Record<TamperingName, string>> = {
  otherRelease: 'http',
  layerBytes: 'oci-download',
  tagGone: 'oci-download',
  packageEdited: 'http',
  packageEditedBySigner: 'http',
  imageDigestEdited: 'http',
  imageRepositoryEdited: 'http',
  commitEdited: 'http',
  pathTraversal: 'http',
  metadataMissing: 'http',
  metadataEdited: 'http',
  unsafeNames: 'yaml-parse',
  unsigned: 'http',
  stranger: 'http',
  signatureMoved: 'http',
  foreignName: 'http',
  foreignImage: 'http',
  freightDigest: 'http',
  freightTag: 'oci-download',
  freightRepository: 'oci-download',
};
const rows = Object.entries(stops).map(([name, stop]) => ({ ...tamperings[name as TamperingName], stop }));

describe.each([ownKustomize, originalKustomize])('$name', (scenario) => {
  describe.skipIf(!scenario.isThere)('where it can be read', () => {
    let bench: ReplayBench;
    let service: VerifyService;
    beforeAll(async () => {
      bench = await ReplayBench.open(directory, scenario);
      service = await startVerifyService(bench.shelf, { directory, args: ['--allow-anonymous'] });
    });
    afterAll(async () => {
      await service[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    });
    beforeEach(() => bench.shelf.restore());

    test.each(scenario.stages)('comes to render what was released, in %s', async (stage) => {
      const { steps, metadata } = await bench.promote(stage, { serviceUrl: service.url });
      const ended = steps.find(({ status }) => status !== 'Succeeded');
      expect(ended).toMatchObject({ uses: 'kustomize-build', message: expect.stringContaining('render reached') });
      expect(JSON.stringify(metadata.Stage.get(stage))).toContain(bench.shelf.app.record.gitCommit);
    });

    test.each(rows)('stops at $stop where $name', async ({ apply, stop }) => {
      const freight = await apply(bench);
      const before = bench.gitops.heads();
      const { phase, started, metadata } = await bench.promote('staging', { freight, serviceUrl: service.url });
      expect(phase).toBe(stop === 'http' ? 'Failed' : 'Errored');
      expect(started.at(-1)).toBe(stop);
      expect(started.filter((step) => renderSteps.includes(step))).toEqual([]);
      expect(bench.gitops.heads()).toEqual(before);
      expect(metadata.Stage.size).toBe(0);
    });

    test.each([
      ['commit', ({ shelf }: ReplayBench) => shelf.app.record.gitCommit],
      ['image', () => appDigest],
      ['capsule', ({ shelf }: ReplayBench) => shelf.app.descriptor.digest],
    ] as const)('stops at http where the policy denies its %s', async (what, value) => {
      const deny = [{ [what]: value(bench), reason: 'it leaks' }];
      await using strict = await startVerifyService(bench.shelf, { directory, policy: { deny } });
      const { phase, started } = await bench.promote('staging', { serviceUrl: strict.url });
      expect({ phase, stoppedAt: started.at(-1) }).toEqual({ phase: 'Failed', stoppedAt: 'http' });
    });

    test('stops at http where nobody answers', async () => {
      const { phase, started } = await bench.promote('staging', { serviceUrl: 'http://127.0.0.1:9' });
      expect({ phase, stoppedAt: started.at(-1) }).toEqual({ phase: 'Errored', stoppedAt: 'http' });
    });
  });
});
