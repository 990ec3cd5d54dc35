import { expect, it } from 'vitest';
import { detectPackageKind } from './detect-package-kind.ts';

it.each([
  ['helm', ['values.yaml', 'Chart.yaml']],
  ['helm', ['Chart.yaml', 'files/kustomization.yaml']],
  ['kustomize', ['a/b/kustomization.yml', 'charts/redis/Chart.yaml']],
  ['kustomize', ['Kustomization']],
  [undefined, ['deployment.yaml', 'xkustomization.yaml', 'chart/Chart.yaml']],
])('takes a package for %s where it holds %j', (kind, paths) => {
  expect(detectPackageKind(paths)).toBe(kind);
});

it('asks which one is meant where both lie at the root', () => {
  expect(() => detectPackageKind(['Chart.yaml', 'kustomization.yaml'])).toThrow(
    expect.objectContaining({ code: 'PACKAGE_KIND_UNKNOWN', hint: expect.stringContaining('--kind') }),
  );
});
