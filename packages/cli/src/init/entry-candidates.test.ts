import { expect, test } from 'vitest';
import { findEntry } from './entry-candidates.ts';
import { found, type Known, unknown } from './question.ts';

const cases: readonly (readonly [string, string, readonly string[], Known])[] = [
  ['the base', 'k8s', ['k8s/base/kustomization.yaml', 'k8s/overlays/test/kustomization.yaml'], found('base')],
  ['the base before the root', 'k8s', ['k8s/kustomization.yaml', 'k8s/base/kustomization.yml'], found('base')],
  ['the root', 'k8s', ['k8s/Kustomization', 'k8s/web/kustomization.yaml'], found('.')],
  ['the base of a package that is the repository', '.', ['base/kustomization.yaml'], found('base')],
  ['no base elsewhere', 'k8s', ['base/kustomization.yaml', 'k8s-old/base/kustomization.yaml', 'k8s/kustomization.yaml'], found('.')],
  ['none that is certain', 'k8s', ['k8s/overlays/b/kustomization.yaml', 'k8s/common/kustomization.yaml'], unknown(['common', 'overlays/b'])],
  ['nothing', 'k8s', ['k8s/base/deployment.yaml'], unknown()],
];

test.each(cases)('of a package is found: %s', (_what, path, files, expected) => {
  expect(findEntry(files, path)).toEqual(expected);
});
