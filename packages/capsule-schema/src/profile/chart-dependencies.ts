import { quote } from '../quote.ts';
import { type ChartDependency, type ChartFileName, type ChartMetadata, judgeChartFile } from './chart-metadata.ts';
import type { Judgement, Refusal } from './judgement.ts';
import { joinPath, type PackageTree } from './package-tree.ts';
import { admitsVersion } from './version-range.ts';

const maxDependencies = 200; // umbrella charts have a few dozen

/** A chart whose dependencies are judged, with the files of it that Helm loads. */
export interface DependentChart {
  readonly judgement: Judgement;
  readonly directory: string;
  readonly visible: PackageTree;
}

/**
 * Judges that a chart of each dependency's name is vendored, at a version that the lock admits or, where the lock has no
 * entry, the dependency itself. Conditions and tags do not matter: values decide them later.
 * Source: Helm v4, pkg/action/dependency.go, `CheckDependencies`; pkg/chart/v2/util/dependencies.go.
 */
export async function judgeDependencies(
  chart: DependentChart,
  { dependencies }: ChartMetadata,
  vendored: readonly ChartMetadata[],
): Promise<void> {
  const older = await judgeRequirements(chart, dependencies.length > 0);
  await judgeDeclared(chart, { name: 'Chart.yaml', lock: 'Chart.lock', dependencies, vendored });
  await judgeDeclared(chart, { name: 'requirements.yaml', lock: 'requirements.lock', dependencies: older, vendored });
}

async function judgeRequirements(
  { judgement, directory, visible }: DependentChart,
  isDeclared: boolean,
): Promise<readonly ChartDependency[]> {
  const file = joinPath(directory, 'requirements.yaml');
  if (!visible.files.has(file)) return [];
  const requirements = await judgeChartFile(judgement, directory, 'requirements.yaml');
  const dependencies = requirements?.dependencies ?? [];
  if (isDeclared && dependencies.length > 0) {
    judgement.refuseProfile(
      file,
      'dependencies',
      'Chart.yaml has dependencies too, and Helm takes only one of the two lists: keep that of Chart.yaml',
    );
  }
  return dependencies;
}

interface DeclaredDependencies {
  readonly name: ChartFileName;
  readonly lock: ChartFileName;
  readonly dependencies: readonly ChartDependency[];
  readonly vendored: readonly ChartMetadata[];
}

async function judgeDeclared(chart: DependentChart, { name, lock, dependencies, vendored }: DeclaredDependencies): Promise<void> {
  const { judgement, directory } = chart;
  const file = joinPath(directory, name);
  if (dependencies.length === 0) return;
  const hasLock = judgement.tree.files.has(joinPath(directory, lock));
  const locked = hasLock ? ((await judgeChartFile(judgement, directory, lock))?.dependencies ?? []) : [];
  if (dependencies.length > maxDependencies || locked.length > maxDependencies) {
    return judgement.refuseUnreadable(file, 'dependencies', `it or its lock has more than ${maxDependencies} of them`);
  }
  const versions = new Map(vendored.map((found) => [found.name ?? '', found.version ?? '']));
  const refusalFor = versionJudge(versions, locked, (dependency) => describeMissing(chart, dependency));
  dependencies.forEach((dependency, index) => {
    const reference = `${dependency.name}@${dependency.version}`;
    const refusal = refusalFor(dependency);
    if (refusal !== undefined) judgement.refuse({ file, field: `dependencies[${index}]`, reference, ...refusal });
  });
}

type DependencyRefusal = Pick<Refusal, 'reason' | 'detail'> | undefined;

/** Judges each name's entries in the lock once, however many dependencies have it: one chart may have several aliases. */
function versionJudge(
  versions: ReadonlyMap<string, string>,
  locked: readonly ChartDependency[],
  missing: (name: string) => string,
): (dependency: ChartDependency) => DependencyRefusal {
  const byLock = new Map<string, DependencyRefusal>();
  for (const [name, entries] of Map.groupBy(locked, (entry) => entry.name)) {
    byLock.set(name, refusalOf(entries, versions.get(name) ?? '', 'the lock'));
  }
  return (dependency) => {
    const { name } = dependency;
    const version = versions.get(name);
    if (version === undefined) return { reason: 'unvendored', detail: missing(name) };
    return byLock.has(name) ? byLock.get(name) : refusalOf([dependency], version, 'the dependency');
  };
}

/** Says why Helm would find no chart of a name: it is not there, or `.helmignore` hides it. */
function describeMissing({ judgement, directory, visible }: DependentChart, name: string): string {
  const place = joinPath(directory, `charts/${name}`);
  const hidden = [...judgement.tree.files.keys()].find((file) => {
    return !visible.files.has(file) && file.startsWith(place) && /^(\/|(-v?\d[^/]*)?\.tgz$)/.test(file.slice(place.length));
  });
  if (hidden !== undefined) return `The file .helmignore hides ${quote(hidden)}, so Helm does not load it. Take it out of .helmignore.`;
  return `The chart has no ${name} in its charts directory that Helm would load. Run "helm dependency update", and commit it.`;
}

function refusalOf(admitted: readonly ChartDependency[], version: string, source: string): DependencyRefusal {
  if (admitted.some((entry) => admitsVersion(entry.version, version))) return undefined;
  const wanted = admitted
    .map((entry) => quote(entry.version))
    .slice(0, 5)
    .join(', ');
  return { reason: 'version', detail: `The charts directory has it at ${quote(version)}, and ${source} wants ${wanted}.` };
}
