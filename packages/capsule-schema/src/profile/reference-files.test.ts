import { expect, it } from 'vitest';
import { isArgoSource, isChartFile } from './reference-files.ts';

it.each(['Chart.yaml', 'charts/x/Chart.lock', 'requirements.yaml', 'values.schema.json'])(
  'keeps %s of a packed chart',
  (path) => expect(isChartFile(path)).toBe(true),
);

it.each(['deployment.yaml', 'Chart.yaml/x.yaml', 'chart.yaml'])('does not keep %s', (path) =>
  expect(isChartFile(path)).toBe(false),
);

it.each(['.argocd-source.yaml', 'a/.argocd-source-app.yaml'])('knows %s as an override', (path) =>
  expect(isArgoSource(path)).toBe(true),
);

it.each(['argocd-source.yaml', '.argocd-source.yml', '.argocd-source.yaml.bak', '.argocd-sourcex.yaml'])(
  'takes %s for a file',
  (path) => expect(isArgoSource(path)).toBe(false),
);
