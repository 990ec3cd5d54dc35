import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readManifests, stepsOf } from './manifests/read-manifests.ts';
import { resourceDefects } from './manifests/resource-defects.ts';
import { stepDefects } from './manifests/step-defects.ts';

/** The first implementations of four systems, as their team wrote them: a folder for each. They are not part of the project. */
const originals = join(process.env['CAPSULE_APPLICATIONS'] ?? 'no applications', 'kargo-originals');
const samples = { "outputs['open-pr'].pr.id": [7], "vars.capsuleRepo + '@' + imageFrom(vars.capsuleRepo).Digest": ['r@sha256:0'] };
const notKargos = ['Application', 'ApplicationSet', 'Deployment', 'Service', 'Component', 'HorizontalPodAutoscaler'];

describe.skipIf(!existsSync(originals))('the first implementation, in CAPSULE_APPLICATIONS/kargo-originals, of', () => {
  test.each(['oci-release-capsule-kustomize', 'oci-release-capsule-helm'])('%s is valid, but for git-push.branch', (system) => {
    const project = readManifests(join(originals, system, 'apps/kargo-project-codeai'));
    const ours = project.filter(({ kind }) => !notKargos.includes(kind));
    const defects = ours.flatMap((manifest) => {
      const steps = stepsOf(manifest).flatMap((step) => stepDefects(step, samples));
      return [...resourceDefects(manifest), ...steps].map((defect) => defect.replace(/ .*"additionalProperty":/, ' '));
    });

    expect(ours.length).toBeGreaterThan(5);
    expect(new Set(defects)).toEqual(new Set(system.endsWith('kustomize') ? ['git-push "branch"}'] : []));
  });
});
