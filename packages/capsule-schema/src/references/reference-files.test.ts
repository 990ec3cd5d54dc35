import { expect, it } from 'vitest';
import { isReferenceFile } from './reference-files.ts';

it.each([
  'kustomization.yaml',
  'a/kustomization.yml',
  'a/b/Kustomization',
  'Chart.yaml',
  'charts/x/Chart.lock',
  'values.schema.json',
])('keeps %s, which can refer to other files', (path) => expect(isReferenceFile(path)).toBe(true));

it.each(['deployment.yaml', 'kustomization.yaml/x.yaml', 'kustomization', 'xkustomization.yaml', 'chart.yaml'])(
  'lets %s pass, which cannot',
  (path) => expect(isReferenceFile(path)).toBe(false),
);
