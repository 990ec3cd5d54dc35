import { compareUtf8 } from '../path/compare-bytes.ts';
import { reportUnreadable } from './check-path.ts';
import { textOf } from './folded-mapping.ts';
import { joinPath, packageTree } from './package-tree.ts';
import type { ReferenceScope } from './reference-scope.ts';

/** A chart in another chart's `charts` directory. */
export interface VendoredChart {
  readonly name: string;
  readonly version: string;
  /** Where its files are: the package, or the archive that it is packed in. */
  readonly scope: ReferenceScope;
  /** Its directory there. */
  readonly directory: string;
}

/**
 * Lists the charts that lie in a chart's `charts` directory, unpacked or as archives, each by what its own Chart.yaml
 * says: Helm does not look at the names of archives. An archive that cannot be judged is reported.
 * Source: Helm v4, pkg/chart/v2/loader/load.go, `LoadFiles`.
 */
export async function vendoredCharts(scope: ReferenceScope, chart: string): Promise<readonly VendoredChart[]> {
  const home = joinPath(chart, 'charts');
  const found: VendoredChart[] = [];
  for (const name of scope.tree.directoriesIn(home)) {
    const directory = joinPath(home, name);
    if (isSkipped(name) || !scope.tree.files.has(joinPath(directory, 'Chart.yaml'))) continue;
    found.push(await chartIn(scope, directory));
  }
  for (const name of scope.tree.filesIn(home)) {
    if (isSkipped(name) || !name.endsWith('.tgz')) continue;
    const packed = await packedChart(scope, joinPath(home, name));
    if (packed !== undefined) found.push(packed);
  }
  return found;
}

function isSkipped(name: string): boolean {
  return name.startsWith('_') || name.startsWith('.');
}

async function chartIn(scope: ReferenceScope, directory: string): Promise<VendoredChart> {
  const metadata = (await scope.parsed.yaml(joinPath(directory, 'Chart.yaml'))).documents?.[0];
  const name = textOf(metadata, 'name') ?? '';
  return { name, version: textOf(metadata, 'version') ?? '', scope, directory };
}

async function packedChart(scope: ReferenceScope, path: string): Promise<VendoredChart | undefined> {
  const archive = scope.within(path, '');
  const chart = await scope.parsed.chart(path);
  if (chart.parsed === undefined) {
    reportUnreadable(archive, '', chart.problem);
    return undefined;
  }
  const tree = packageTree([...chart.paths].sort(compareUtf8));
  if (!tree.files.has('Chart.yaml')) {
    reportUnreadable(archive, '', 'it has no Chart.yaml');
    return undefined;
  }
  const charts = new Set<string>();
  const within = (file: string, directory: string): ReferenceScope => ({
    tree,
    parsed: chart.parsed,
    directory,
    report: (...finding) => scope.within(joinPath(path, file), '').report(...finding),
    within,
    enterChart: (inner) => charts.size < charts.add(inner).size,
  });
  return chartIn(within('Chart.yaml', ''), '');
}
