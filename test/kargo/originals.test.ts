import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inflateSteps } from './interpreter/inflate-steps.ts';
import { readStage } from './interpreter/manifest.ts';
import { stepRunners } from './interpreter/step-runners.ts';
import { Originals, patchOriginal } from './replay/originals.ts';
import { ReplayBench } from './replay/replay-bench.ts';
import { originalKustomize } from './replay/scenarios.ts';
import { startVerifyService, type VerifyService } from './replay/verify-service.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';

const directory = temporaryDirectory();
const startTimeoutMs = 60_000; // a registry, a GitOps repository and a service are made: slow on a loaded machine
const hosts = { gitopsUrl: 'file:///gitops.git', capsuleRepository: '127.0.0.1:5000/code-dot-org/codeai-release-capsule', serviceUrl: 'http://127.0.0.1:8080' };
const folders = [
  ['oci-release-capsule-kustomize', ['staging', 'test', 'levelbuilder', 'review-infra-changes', 'production']],
  ['oci-release-capsule-helm', ['staging', 'test', 'levelbuilder', 'production']],
] as const;
const stages = folders.flatMap(([folder, names]) => names.map((name) => [folder, name] as const));

test('a manifest that names none of the hosts is not patched in silence', () => {
  expect(() => patchOriginal('kind: Stage\n', hosts)).toThrow('names none of the hosts');
});

describe.skipIf(!new Originals('oci-release-capsule-kustomize').areThere)('the originals, where they can be read,', () => {
  test.each(stages)('of %s: the Stage %s is patched in its hosts and in the one key that Kargo has renamed, and nowhere else', (folder, name) => {
    const original = new Originals(folder).stage(name);
    const [before, after] = [original, patchOriginal(original, hosts)].map((text) => text.split('\n'));
    const changed = (after ?? []).filter((line, index) => line !== before?.[index]);
    expect(after).toHaveLength(before?.length ?? 0);
    expect(changed.map((line) => line.trim()).filter((line) => !/^(value|url): (file|127|http)/.test(line))).toEqual(
      folder.endsWith('kustomize') && ['staging', 'test', 'levelbuilder'].includes(name) ? ['targetBranch: ${{ vars.targetBranch }}'] : [],
    );
  });

  test.each(stages)('of %s: every step of the Stage %s is one that is interpreted', (folder, name) => {
    const kinds = inflateSteps(readStage(new Originals(folder).stage(name))).map(({ uses }) => uses);
    expect(kinds.filter((kind) => stepRunners[kind] === undefined)).toEqual([]);
    expect(kinds.length).toBeGreaterThan(2);
  });

  describe('for kustomize', () => {
    let bench: ReplayBench;
    let service: VerifyService;
    beforeAll(async () => {
      bench = await ReplayBench.open(directory, originalKustomize);
      service = await startVerifyService(bench.shelf, { directory });
    }, startTimeoutMs);
    afterAll(async () => {
      await service[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    });

    test('their Stage production renders nothing: it writes down what the pull request has brought', async () => {
      const { phase, started, metadata } = await bench.promote('production', { serviceUrl: service.url });
      expect(phase).toBe('Succeeded');
      expect(started).toEqual(['git-clone', 'yaml-parse', 'set-metadata']);
      expect(metadata.Stage.get('production')).toMatchObject({ promotedImage: { digest: bench.shelf.app.image.digest }, capsule: { tag: bench.shelf.app.tag } });
    });

    // Beside the Stages, one file of the GitOps repository is patched for the replays. Kargo's yaml-update sets scalars alone (v1.9.0,
    // v1.10.10 and v1.11.2, pkg/yaml/yaml.go, findScalarNode), and the wrapper template has `resources: []` and `components: []`.
    test('their wrapper template, as it stands, stops Kargo at yaml-update, after the capsule was verified', async () => {
      const files = new Originals('oci-release-capsule-kustomize').files();
      const unpatched = { ...originalKustomize, main: (shelf: typeof bench.shelf) => ({ ...originalKustomize.main(shelf), ...files }) };
      await using other = await ReplayBench.open(directory, unpatched);
      await using judge = await startVerifyService(other.shelf, { directory });
      const { phase, message, started } = await other.promote('staging', { serviceUrl: judge.url });
      expect({ phase, stoppedAt: started.at(-1) }).toEqual({ phase: 'Errored', stoppedAt: 'yaml-update' });
      expect(message).toContain('error finding key resources: key path does not address a scalar node');
    });
  });
});
