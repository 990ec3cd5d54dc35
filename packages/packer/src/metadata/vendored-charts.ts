import { parse } from 'yaml';
import type { SourceFile } from '../source/source.ts';
import type { SbomChart } from './spdx-elements.ts';

const chartPath = /(?:^|\/)charts\/[^/]+\/Chart\.yaml$/;
const maxChartBytes = 256 * 1024; // a Chart.yaml is some dozens of lines

/** Lists the charts that lie in a package below a `charts` directory, unpacked. One that cannot be read is left out. */
export async function vendoredCharts(
  files: readonly SourceFile[],
  signal?: AbortSignal,
): Promise<readonly SbomChart[]> {
  const charts: SbomChart[] = [];
  for (const file of files) {
    if (!chartPath.test(file.path) || file.size > maxChartBytes) continue;
    const chart = readChart(Buffer.concat(await Array.fromAsync(file.content(signal))).toString('utf8'));
    if (chart !== undefined) charts.push({ ...chart, directory: file.path.slice(0, -'/Chart.yaml'.length) });
  }
  return charts;
}

function readChart(text: string): Pick<SbomChart, 'name' | 'version'> | undefined {
  try {
    const chart: unknown = parse(text, { maxAliasCount: 0, logLevel: 'silent' });
    if (typeof chart !== 'object' || chart === null || !('name' in chart) || !('version' in chart)) return undefined;
    const { name, version } = chart;
    return typeof name === 'string' && typeof version === 'string' ? { name, version } : undefined;
  } catch {
    return undefined; // the check of references has the last word on charts that cannot be read
  }
}
