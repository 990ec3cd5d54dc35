/** The names under which kustomize looks for a kustomization. Source: kustomize v5, api/konfig, general.go. */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The files in which Helm says what a chart depends on. Source: Helm v3 and v4, chart loader. */
const chartFileNames: readonly string[] = [
  'Chart.yaml',
  'Chart.lock',
  'requirements.yaml',
  'requirements.lock',
  'values.schema.json',
];

/** Tells whether a file can refer to others, by its name alone. */
export function isReferenceFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return kustomizationNames.includes(name) || chartFileNames.includes(name);
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
