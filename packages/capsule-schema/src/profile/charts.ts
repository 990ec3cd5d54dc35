import { quote } from '../quote.ts';
import { visibleTree } from './chart-files.ts';
import { judgeDependencies } from './chart-dependencies.ts';
import { type ChartMetadata, judgeChartFile, readChartMetadata } from './chart-metadata.ts';
import type { Judgement } from './judgement.ts';
import { directoryOf, joinPath, packageTree, type PackageTree } from './package-tree.ts';
import { isPackedChart } from './reference-files.ts';
import { judgeValuesSchema } from './values-schema.ts';

/** A chart, with the files that Helm loads, and the metadata of the package's packed charts by their paths. */
interface Chart {
  readonly judgement: Judgement;
  /** In the package, or in the archive that holds it. */
  readonly directory: string;
  readonly visible: PackageTree;
  readonly packed: ReadonlyMap<string, ChartMetadata | undefined>;
}

/**
 * Judges every chart of a package, wherever it lies: Helm can load it, what it depends on is vendored at a version that
 * its lock or the dependency admits, and its schema refers to nothing outside. A chart in another one is judged by
 * itself, too, since a consumer can render it from its own directory; so is a packed one that `.helmignore` hides.
 * Source: docs/format.md, "Charts"; Helm v4, pkg/chart/v2/loader/load.go, `LoadFiles`.
 */
export async function judgeCharts(judgement: Judgement): Promise<void> {
  const packed = await judgePackedCharts(judgement);
  for (const directory of chartDirectories(judgement.tree)) {
    await judgeValuesSchema(judgement, joinPath(directory, 'values.schema.json'));
    const visible = await visibleTree(judgement, directory);
    if (visible !== undefined) await judgeChart({ judgement, directory, visible, packed });
  }
}

function chartDirectories(tree: PackageTree): readonly string[] {
  return [...tree.files].filter((file) => joinPath(directoryOf(file), 'Chart.yaml') === file).map(directoryOf);
}

async function judgePackedCharts(judgement: Judgement): Promise<ReadonlyMap<string, ChartMetadata | undefined>> {
  const found = new Map<string, ChartMetadata | undefined>();
  for (const path of judgement.tree.files) {
    const holder = directoryOf(directoryOf(path));
    const isLoaded = isPackedChart(path) && !isPassedOver(path) && judgement.tree.files.has(joinPath(holder, 'Chart.yaml'));
    if (isLoaded) found.set(path, await judgePackedChart(judgement, path));
  }
  return found;
}

/** Judges what lies in a packed chart, as if it were a package of its own. Helm applies no `.helmignore` to it. */
async function judgePackedChart(judgement: Judgement, path: string): Promise<ChartMetadata | undefined> {
  const { content, problem } = await judgement.reader.chart(path);
  if (content === undefined) {
    judgement.refuseUnreadable(path, '', problem);
    return undefined;
  }
  const inside = judgement.inside(path, packageTree(content.paths), content.reader);
  if (!inside.tree.files.has('Chart.yaml')) return refuseUnloadable(judgement, path);
  await judgeCharts(inside);
  return readChartMetadata(inside, '');
}

async function judgeChart(chart: Chart): Promise<ChartMetadata | undefined> {
  const metadata = await judgeMetadata(chart);
  const vendored = await judgeVendored(chart);
  if (metadata !== undefined) await judgeDependencies(chart, metadata, vendored);
  return metadata;
}

async function judgeMetadata({ judgement, directory, visible }: Chart): Promise<ChartMetadata | undefined> {
  const file = joinPath(directory, 'Chart.yaml');
  if (!visible.files.has(file)) {
    judgement.refuseProfile(file, '', "the chart's .helmignore hides this file, so that Helm cannot load the chart: delete that rule");
    return undefined;
  }
  const metadata = await judgeChartFile(judgement, directory, 'Chart.yaml');
  for (const field of ['name', 'version'] as const) {
    if (metadata !== undefined && (metadata[field] ?? '') === '') {
      judgement.refuseProfile(file, field, 'Helm loads no chart without it: write it');
    }
  }
  return metadata;
}

/** Judges what lies in a chart's `charts` directory: Helm loads all of it, whether a dependency names it or not. */
async function judgeVendored(chart: Chart): Promise<readonly ChartMetadata[]> {
  const { judgement, visible, directory } = chart;
  const home = joinPath(directory, 'charts');
  const found: ChartMetadata[] = [];
  const names = new Set<string>();
  for (const path of entriesIn(visible, home)) {
    const metadata = visible.files.has(path) ? vendoredFile(chart, path) : await vendoredDirectory(chart, path);
    if (metadata === undefined) continue;
    const name = metadata.name ?? '';
    if (names.has(name)) {
      judgement.refuseProfile(path, '', `there are two charts named ${quote(name)} in ${quote(home)}: delete one`);
    }
    names.add(name);
    found.push(metadata);
  }
  return found;
}

function entriesIn(tree: PackageTree, home: string): readonly string[] {
  const paths = [...tree.directoriesIn(home), ...tree.filesIn(home).filter((name) => !name.endsWith('.prov'))];
  return paths.map((name) => joinPath(home, name)).filter((path) => !isPassedOver(path));
}

// Helm passes over names that begin so.
function isPassedOver(path: string): boolean {
  return /(?:^|\/)[._][^/]*$/.test(path);
}

async function vendoredDirectory(chart: Chart, directory: string): Promise<ChartMetadata | undefined> {
  const isChart = chart.visible.files.has(joinPath(directory, 'Chart.yaml')) && !directory.endsWith('.tgz');
  return isChart ? judgeChart({ ...chart, directory }) : refuseUnloadable(chart.judgement, directory);
}

function vendoredFile({ judgement, packed }: Chart, path: string): ChartMetadata | undefined {
  return path.endsWith('.tgz') ? packed.get(path) : refuseUnloadable(judgement, path);
}

function refuseUnloadable(judgement: Judgement, path: string): undefined {
  const detail = 'Helm takes everything in "charts" for a chart, and this is not one: delete or move it';
  judgement.refuseProfile(path, '', detail);
}
