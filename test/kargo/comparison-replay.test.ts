import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { ReplayBench } from './replay/replay-bench.ts';
import { originalHelm, ownHelm } from './replay/scenarios.ts';
import { type TamperingName, tamperings } from './replay/tamperings.ts';

const directory = temporaryDirectory();
const startTimeoutMs = 60_000; // a registry, a GitOps repository and a service are made: slow on a loaded machine

/**
 * What a promotion notices that asks no service and compares fields: the step at which it stops. What it does not notice goes on to
 * be rendered: that is what the verifier is for.
 */
const noticed: Readonly<Record<TamperingName, string | undefined>> = {
  otherRelease: 'copy',
  layerBytes: 'oci-download',
  tagGone: 'oci-download',
  packageEdited: undefined,
  packageEditedBySigner: undefined,
  imageDigestEdited: 'copy',
  imageRepositoryEdited: 'copy',
  commitEdited: 'copy',
  pathTraversal: 'copy',
  metadataMissing: 'copy',
  metadataEdited: undefined,
  unsafeNames: 'yaml-parse',
  unsigned: undefined,
  stranger: undefined,
  signatureMoved: undefined,
  foreignName: undefined,
  foreignImage: 'copy',
  freightDigest: 'copy',
  freightTag: 'copy',
  freightRepository: 'copy',
};
const rows = Object.entries(noticed).map(([name, stoppedAt]) => ({ ...tamperings[name as TamperingName], stoppedAt }));

describe.each([ownHelm, originalHelm])('$name', (scenario) => {
  describe.skipIf(!scenario.isThere)('where it can be read', () => {
    let bench: ReplayBench;
    beforeAll(async () => {
      bench = await ReplayBench.open(directory, scenario);
    }, startTimeoutMs);
    afterAll(() => bench[Symbol.asyncDispose]());
    beforeEach(() => bench.shelf.restore());

    test.each(scenario.stages)('comes to render what was released, in %s', async (stage) => {
      const { steps } = await bench.promote(stage);
      const ended = steps.find(({ status }) => status !== 'Succeeded');
      expect(ended).toMatchObject({ uses: 'helm-template', message: expect.stringContaining('render reached') });
    });

    test.each(rows.filter(({ stoppedAt }) => stoppedAt !== undefined))('stops at $stoppedAt where $name', async ({ apply, stoppedAt }) => {
      const freight = await apply(bench);
      const before = bench.gitops.heads();
      const { phase, started } = await bench.promote('staging', { freight });
      expect(phase).toBe('Errored');
      expect(started.at(-1)).toBe(stoppedAt);
      expect(started).not.toContain('helm-template');
      expect(bench.gitops.heads()).toEqual(before);
    });

    test.each(rows.filter(({ stoppedAt }) => stoppedAt === undefined))('goes on to render where $name', async ({ apply }) => {
      const freight = await apply(bench);
      expect((await bench.promote('staging', { freight })).started.at(-1)).toBe('helm-template');
    });
  });
});
