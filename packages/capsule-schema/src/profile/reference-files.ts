/** The names under which kustomize looks for a kustomization. Source: kustomize v5, api/konfig, general.go. */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Tells by its name whether kustomize takes a file for a kustomization. */
export function isKustomization(path: string): boolean {
  return kustomizationNames.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** The files in which Helm says what a chart depends on. Source: Helm v3 and v4, chart loader. */
const chartFileNames: readonly string[] = [
  'Chart.yaml',
  'Chart.lock',
  'requirements.yaml',
  'requirements.lock',
  'values.schema.json',
];

/** Tells whether a file can say what a chart depends on, by its name alone. */
export function isChartFile(path: string): boolean {
  return chartFileNames.includes(path.slice(path.lastIndexOf('/') + 1));
}

const sourceOfArgo = /^\.argocd-source(?:-.*)?\.yaml$/s;

/**
 * Tells whether Argo CD would take a file for an override of its Application, from any directory that it renders.
 * Source: Argo CD v3, reposerver/repository, `mergeSourceParameters`.
 */
export function isArgoSource(path: string): boolean {
  return sourceOfArgo.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Bound of one file in which references are looked for, in bytes: a large values.schema.json has a quarter of it. */
export const maxReferenceFileBytes: number = 1024 * 1024;

const packedChart = /^(?:.*\/)?charts\/[^/]+\.tgz$/s;

/** Tells whether Helm would take a file for a packed chart. */
export function isPackedChart(path: string): boolean {
  return packedChart.test(path);
}

/** Bound of one packed chart in bytes: the largest known have a quarter of it. */
export const maxPackedChartBytes: number = 4 * 1024 * 1024;

/** Bound of any file that `findOutsideReferences` takes, in bytes: one that is larger need not be read for it. */
export const maxJudgedFileBytes: number = Math.max(maxPackedChartBytes, maxReferenceFileBytes);
