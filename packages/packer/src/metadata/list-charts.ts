import { parseDocument } from 'yaml';
import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import type { SbomChart } from './spdx-elements.ts';

const unpackedChart = /^(?:.*\/)?charts\/[^/]+\/Chart\.yaml$/;
const packedChart = /^(?:.*\/)?charts\/([^/]+?)-(v?\d+\.\d+\.\d+[^/]*)\.tgz$/;
const maxChartBytes = 256 * 1024; // a Chart.yaml is a screen of text

/**
 * Lists the charts that lie in `charts` directories of a package, for its SBOM: unpacked ones by their Chart.yaml,
 * packed ones by the name of their archive. One whose Chart.yaml names nothing is left out: an SBOM is no check.
 */
export async function listCharts(
  files: Iterable<Pick<SourceFile, 'path' | 'size' | 'content'>>,
  signal?: AbortSignal,
): Promise<readonly SbomChart[]> {
  const charts: SbomChart[] = [];
  for (const file of files) {
    const packed = packedChart.exec(file.path);
    if (packed !== null) charts.push({ name: packed[1] ?? '', version: packed[2] ?? '', directory: file.path });
    if (!unpackedChart.test(file.path) || file.size > maxChartBytes) continue;
    const chart = readChart(file.path, (await readFile(file, signal)).toString('utf8'));
    if (chart !== undefined) charts.push(chart);
  }
  return charts;
}

function readChart(path: string, text: string): SbomChart | undefined {
  const metadata = parse(text);
  if (typeof metadata !== 'object' || metadata === null || !('name' in metadata) || !('version' in metadata)) {
    return undefined;
  }
  const { name, version } = metadata;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  if (!name.isWellFormed() || !version.isWellFormed()) return undefined;
  return { name, version, directory: path.slice(0, path.lastIndexOf('/')) };
}

function parse(text: string): unknown {
  try {
    const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}
