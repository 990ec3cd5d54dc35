import { expect, test } from 'vitest';
import { findPackages, type PackageCandidate } from './package-candidates.ts';

const cases: readonly (readonly [string, readonly string[], readonly PackageCandidate[]])[] = [
  ['nothing', ['src/main.go', 'deploy.yaml'], []],
  ['one kustomization', ['k8s/kustomization.yaml', 'k8s/deployment.yaml'], [{ path: 'k8s', kind: 'kustomize' }]],
  [
    'what holds base, overlays and components',
    ['k8s/kustomize/base/kustomization.yaml', 'k8s/kustomize/overlays/production/kustomization.yml', 'k8s/kustomize/components/debug/Kustomization'],
    [{ path: 'k8s/kustomize', kind: 'kustomize' }],
  ],
  ['parts at the root', ['base/kustomization.yaml', 'overlays/test/kustomization.yaml'], [{ path: '.', kind: 'kustomize' }]],
  ['a chart, not its dependencies', ['chart/Chart.yaml', 'chart/charts/cache/Chart.yaml'], [{ path: 'chart', kind: 'helm' }]],
  ['the outermost kustomization', ['deploy/kustomization.yaml', 'deploy/web/kustomization.yaml'], [{ path: 'deploy', kind: 'kustomize' }]],
  ['not what is for tests', ['k8s/kustomization.yaml', 'test/cluster/kustomization.yaml'], [{ path: 'k8s', kind: 'kustomize' }]],
  ['what is for tests where there is nothing else', ['examples/a/kustomization.yaml'], [{ path: 'examples/a', kind: 'kustomize' }]],
  [
    'two, the usual place first',
    ['app/manifest/kustomization.yaml', 'charts/app/Chart.yaml'],
    [{ path: 'charts/app', kind: 'helm' }, { path: 'app/manifest', kind: 'kustomize' }],
  ],
];

test.each(cases)('of a repository are found: %s', (_what, files, expected) => {
  expect(findPackages(files)).toEqual(expected);
});
