import { textOf } from './folded-mapping.ts';
import { joinPath } from './package-tree.ts';
import type { ReferenceScope } from './reference-scope.ts';

/** A chart in another chart's `charts` directory. */
export interface VendoredChart {
  /** From its Chart.yaml; absent for an archive. */
  readonly name?: string;
  readonly version?: string;
  /** Its directory; absent for an archive. */
  readonly directory?: string;
  /** An archive's name without `.tgz`: `<chart>-<version>`. */
  readonly fileName?: string;
}

/** Lists the charts that lie in a chart's `charts` directory, unpacked or as archives. */
export async function vendoredCharts(scope: ReferenceScope, chart: string): Promise<readonly VendoredChart[]> {
  const home = joinPath(chart, 'charts');
  const found: VendoredChart[] = [];
  for (const name of scope.tree.directoriesIn(home)) {
    // Helm skips these.
    if (name.startsWith('_') || name.startsWith('.')) continue;
    const directory = joinPath(home, name);
    if (scope.tree.files.has(joinPath(directory, 'Chart.yaml'))) found.push(await unpackedChart(scope, directory));
  }
  for (const name of scope.tree.filesIn(home)) {
    if (name.endsWith('.tgz')) found.push({ fileName: name.slice(0, -'.tgz'.length) });
  }
  return found;
}

async function unpackedChart(scope: ReferenceScope, directory: string): Promise<VendoredChart> {
  const metadata = (await scope.parsed.yaml(joinPath(directory, 'Chart.yaml'))).documents?.[0];
  return { name: textOf(metadata, 'name') ?? '', version: textOf(metadata, 'version') ?? '', directory };
}
