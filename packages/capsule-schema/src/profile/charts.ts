import { quote } from '../quote.ts';
import { visibleTree } from './chart-files.ts';
import {
  type ChartDependency,
  type ChartFileName,
  type ChartMetadata,
  judgeChartFile,
  readChartMetadata,
} from './chart-metadata.ts';
import type { Judgement } from './judgement.ts';
import { directoryOf, joinPath, packageTree, type PackageTree } from './package-tree.ts';
import { judgeValuesSchema } from './values-schema.ts';
import { admitsVersion } from './version-range.ts';

const maxDependencies = 200; // each is held against every vendored chart; umbrella charts have a few dozen

/** A chart, with the files that Helm loads. */
interface Chart {
  readonly judgement: Judgement;
  /** In the package, or in the archive that holds it. */
  readonly directory: string;
  readonly visible: PackageTree;
}

/**
 * Judges every chart of a package, wherever it lies: Helm can load it, what it depends on is vendored at a version that
 * its lock or the dependency admits, and its schema refers to nothing outside.
 * Source: docs/format.md, "Self-contained packages"; Helm v4, pkg/chart/v2/loader/load.go, `LoadFiles`.
 */
export async function judgeCharts(judgement: Judgement): Promise<void> {
  const judged = new Set<string>();
  for (const directory of chartDirectories(judgement.tree)) {
    if (judged.has(directory)) continue; // it is part of another one, by whose .helmignore it was judged
    const visible = await visibleTree(judgement, directory);
    if (visible !== undefined) await judgeChart({ judgement, directory, visible }, judged);
  }
}

// Those that lie nearest to the root first: they may hold the others.
function chartDirectories(tree: PackageTree): readonly string[] {
  const directories = [...tree.files]
    .filter((file) => joinPath(directoryOf(file), 'Chart.yaml') === file)
    .map(directoryOf);
  return directories.sort((a, b) => depthOf(a) - depthOf(b));
}

function depthOf(directory: string): number {
  return directory === '' ? 0 : directory.split('/').length;
}

async function judgeChart(chart: Chart, judged: Set<string>): Promise<ChartMetadata | undefined> {
  const { judgement, directory } = chart;
  judged.add(directory);
  const metadata = await judgeMetadata(chart);
  const vendored = await judgeVendored(chart, judged);
  for (const [name, lock] of [
    ['Chart.yaml', 'Chart.lock'],
    ['requirements.yaml', 'requirements.lock'],
  ] as const) {
    await judgeDependencies(chart, vendored, { name, lock });
  }
  // Also one that .helmignore hides: it costs nothing, and Helm's rule need not be ours.
  await judgeValuesSchema(judgement, joinPath(directory, 'values.schema.json'));
  return metadata;
}

async function judgeMetadata({ judgement, directory, visible }: Chart): Promise<ChartMetadata | undefined> {
  const file = joinPath(directory, 'Chart.yaml');
  if (!visible.files.has(file)) {
    judgement.refuseProfile(file, '', 'Helm cannot load the chart, whose .helmignore hides it: delete that rule');
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
async function judgeVendored(chart: Chart, judged: Set<string>): Promise<readonly ChartMetadata[]> {
  const { judgement, visible, directory } = chart;
  const home = joinPath(directory, 'charts');
  const found: ChartMetadata[] = [];
  const names = new Set<string>();
  for (const { name, isDirectory } of entriesIn(visible, home)) {
    const path = joinPath(home, name);
    const metadata = isDirectory ? await judgeUnpacked(chart, path, judged) : await judgePacked(chart, path);
    if (metadata === undefined) continue;
    const chartName = metadata.name ?? '';
    if (names.has(chartName))
      judgement.refuseProfile(path, '', `there are two charts named ${quote(chartName)} in ${quote(home)}: delete one`);
    names.add(chartName);
    found.push(metadata);
  }
  return found;
}

interface VendoredEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

// Helm passes over names that begin so, and over signatures.
function entriesIn(tree: PackageTree, home: string): readonly VendoredEntry[] {
  const directories = tree.directoriesIn(home).map((name) => ({ name, isDirectory: true }));
  const files = tree.filesIn(home).map((name) => ({ name, isDirectory: false }));
  return [...directories, ...files.filter(({ name }) => !name.endsWith('.prov'))].filter(
    ({ name }) => !/^[._]/.test(name),
  );
}

async function judgeUnpacked(
  { judgement, visible }: Chart,
  directory: string,
  judged: Set<string>,
): Promise<ChartMetadata | undefined> {
  if (!visible.files.has(joinPath(directory, 'Chart.yaml')) || directory.endsWith('.tgz'))
    return refuseUnloadable(judgement, directory);
  return judgeChart({ judgement, directory, visible }, judged);
}

async function judgePacked({ judgement }: Chart, path: string): Promise<ChartMetadata | undefined> {
  if (!path.endsWith('.tgz')) return refuseUnloadable(judgement, path);
  const { content, problem } = await judgement.reader.chart(path);
  if (content === undefined) {
    judgement.refuseUnreadable(path, '', problem);
    return undefined;
  }
  const tree = packageTree(content.paths);
  const inside = judgement.inside(path, tree, content.reader);
  if (!tree.files.has('Chart.yaml')) return refuseUnloadable(judgement, path);
  // Helm applies no .helmignore to a packed chart.
  return judgeChart({ judgement: inside, directory: '', visible: tree }, new Set());
}

function refuseUnloadable(judgement: Judgement, path: string): undefined {
  judgement.refuseProfile(
    path,
    '',
    'Helm takes everything in "charts" for a chart, and this is not one: delete or move it',
  );
}

interface DependencyFiles {
  readonly name: ChartFileName;
  readonly lock: ChartFileName;
}

async function judgeDependencies(
  chart: Chart,
  vendored: readonly ChartMetadata[],
  { name, lock }: DependencyFiles,
): Promise<void> {
  const { judgement, directory, visible } = chart;
  const file = joinPath(directory, name);
  if (!visible.files.has(file)) return;
  // What is wrong in a Chart.yaml has been reported.
  const declared =
    name === 'Chart.yaml'
      ? await readChartMetadata(judgement, directory)
      : await judgeChartFile(judgement, directory, name);
  const dependencies = declared?.dependencies ?? [];
  if (dependencies.length > maxDependencies)
    return judgement.refuseUnreadable(file, 'dependencies', `there are more than ${maxDependencies}`);
  const hasLock = dependencies.length > 0 && judgement.tree.files.has(joinPath(directory, lock));
  const locked = hasLock ? ((await judgeChartFile(judgement, directory, lock))?.dependencies ?? []) : [];
  dependencies.forEach((dependency, index) => {
    const refusal = refusalOf(dependency, vendored, locked);
    const reference = `${dependency.name}@${dependency.version}`;
    if (refusal !== undefined) judgement.refuse({ file, field: `dependencies[${index}]`, reference, ...refusal });
  });
}

interface DependencyRefusal {
  readonly reason: 'unvendored' | 'version';
  readonly detail: string;
}

function refusalOf(
  dependency: ChartDependency,
  vendored: readonly ChartMetadata[],
  locked: readonly ChartDependency[],
): DependencyRefusal | undefined {
  const { name } = dependency;
  const found = vendored.find((chart) => chart.name === name);
  if (found === undefined) {
    return {
      reason: 'unvendored',
      detail: `The chart has no ${name} in its charts directory that Helm would load. Run "helm dependency update", and commit it.`,
    };
  }
  const entries = locked.filter((entry) => entry.name === name);
  const admitted = entries.length > 0 ? entries : [dependency];
  const version = found.version ?? '';
  if (admitted.some((entry) => admitsVersion(entry.version, version))) return undefined;
  const wanted = admitted.map((entry) => quote(entry.version)).join(', ');
  return {
    reason: 'version',
    detail: `The charts directory has it at ${quote(version)}, and ${entries.length > 0 ? 'the lock' : 'the dependency'} says ${wanted}.`,
  };
}
