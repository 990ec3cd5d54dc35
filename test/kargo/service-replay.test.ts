import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appDigest } from '../releases/release.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { ReplayBench } from './replay/replay-bench.ts';
import { originalKustomize, ownKustomize } from './replay/scenarios.ts';
import { type TamperingName, tamperings } from './replay/tamperings.ts';
import { startVerifyService, type VerifyService } from './replay/verify-service.ts';

const directory = temporaryDirectory();
const startTimeoutMs = 60_000; // a registry, a GitOps repository and a service are made: slow on a loaded machine
const renderSteps = ['kustomize-set-image', 'kustomize-build', 'helm-template', 'git-commit', 'git-push'];

interface Stop {
  readonly at: string;
  /** Why the service has refused, where it was asked. */
  readonly codes?: readonly string[];
}

/** Where a promotion stops that downloads by tag and asks the service: none comes as far as the copies that are rendered. */
const stops: Readonly<Record<TamperingName, Stop>> = {
  otherRelease: refused('TAG_OTHER_COMMIT', 'TAG_OTHER_COMMIT', 'PAIR_TAG_DIFFERS', 'PAIR_DIGEST_DIFFERS'),
  layerBytes: { at: 'oci-download' },
  tagGone: { at: 'oci-download' },
  packageEdited: refused('SIGNATURE_MISSING'),
  packageEditedBySigner: refused('PACKAGE_DIGEST_DIFFERS', 'SOURCE_FILES_DIFFER'),
  imageDigestEdited: refused('SIGNATURE_MISSING'),
  imageRepositoryEdited: refused('RECORD_TWO_VERSIONS'),
  commitEdited: refused('RECORD_TWO_VERSIONS'),
  pathTraversal: refused('RECORD_INVALID'),
  metadataMissing: refused('ARCHIVE_LAYOUT'),
  metadataEdited: refused('SIGNATURE_MISSING'),
  unsafeNames: { at: 'yaml-parse' },
  unsigned: refused('SIGNATURE_MISSING'),
  stranger: refused('SIGNATURE_UNTRUSTED'),
  signatureMoved: refused('SIGNATURE_OTHER_SUBJECT'),
  foreignName: refused('NAME_DIFFERS'),
  foreignImage: refused('IMAGE_REPOSITORY_DIFFERS', 'PAIR_REPOSITORY_DIFFERS'),
  freightDigest: refused('PAIR_DIGEST_DIFFERS'),
  freightTag: { at: 'oci-download' },
  freightRepository: { at: 'oci-download' },
};
function refused(...codes: readonly string[]): Stop {
  return { at: 'http', codes };
}

const rows = Object.entries(stops).map(([name, stop]) => ({ ...tamperings[name as TamperingName], stop }));

describe.each([ownKustomize, originalKustomize])('$name', (scenario) => {
  describe.skipIf(!scenario.isThere)('where it can be read', () => {
    let bench: ReplayBench;
    let service: VerifyService;
    beforeAll(async () => {
      bench = await ReplayBench.open(directory, scenario);
      service = await startVerifyService(bench.shelf, { directory });
    }, startTimeoutMs);
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

    test.each(rows)('stops at $stop.at where $name', async ({ apply, stop }) => {
      const freight = await apply(bench);
      const before = bench.gitops.heads();
      const verdicts = service.verdicts().length;
      const { phase, started, metadata } = await bench.promote('staging', { freight, serviceUrl: service.url });
      expect(phase).toBe(stop.at === 'http' ? 'Failed' : 'Errored');
      expect(started.at(-1)).toBe(stop.at);
      expect(started.filter((step) => renderSteps.includes(step))).toEqual([]);
      expect(bench.gitops.heads()).toEqual(before);
      expect(metadata.Stage.size).toBe(0);
      // The line about a verdict is written once it is answered.
      if (stop.at !== 'http') return;
      await expect.poll(() => service.verdicts().slice(verdicts).map(({ codes }) => codes), { timeout: 10_000 }).toEqual([stop.codes]);
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
