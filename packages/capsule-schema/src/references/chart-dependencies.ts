import { isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { quote } from '../quote.ts';
import { type ChartLock, readChartLock } from './chart-lock.ts';
import { isExactVersion, sameVersion } from './chart-version.ts';
import { forEachEntry, reportUnreadable } from './check-path.ts';
import { fieldsOf, textOf } from './folded-mapping.ts';
import { joinPath } from './package-tree.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { checkValuesSchema } from './values-schema.ts';
import { type VendoredChart, vendoredCharts } from './vendored-charts.ts';

const maxDependencies = 200; // each is held against every vendored chart; umbrella charts have a few dozen

/** A chart that another file asks for, and where it was found. */
export interface ExpectedChart {
  /** The field that asks for it. */
  readonly field: string;
  readonly directory: string;
  readonly name: string;
  /** Empty where any version will do. */
  readonly version: string;
}

/** Checks a chart that lies in the package: its own version, its schema and all that it depends on. */
export async function checkVendoredChart(scope: ReferenceScope, expected: ExpectedChart): Promise<void> {
  const file = joinPath(expected.directory, 'Chart.yaml');
  const chart = (await scope.parsed.yaml(file)).documents?.[0];
  const version = textOf(chart, 'version');
  if (expected.version !== '' && version !== undefined && !sameVersion(version, expected.version)) {
    const detail = `The package has ${expected.name} at version ${quote(version)}.`;
    scope.report(expected.field, `${expected.name}@${expected.version}`, 'version', detail);
  }
  await checkChartDependencies(scope, expected.directory);
}

/**
 * Checks that every dependency of a chart, and of the charts in its `charts` directory, is in the package at its
 * locked version. Conditions and tags do not matter: values decide them later.
 * Source: Helm v3, pkg/chart/loader, pkg/action/dependency.go.
 */
export async function checkChartDependencies(scope: ReferenceScope, directory: string): Promise<void> {
  if (!scope.enterChart(directory)) return;
  const vendored = await vendoredCharts(scope, directory);
  for (const [name, lockName] of [
    ['Chart.yaml', 'Chart.lock'],
    ['requirements.yaml', 'requirements.lock'],
  ] as const) {
    const file = joinPath(directory, name);
    if (!scope.tree.files.has(file)) continue;
    const inFile = scope.within(file, directory);
    const dependencies = await readDependencies(inFile, file);
    if (dependencies.length === 0) continue;
    const lock = await readChartLock(scope, joinPath(directory, lockName));
    dependencies.forEach((dependency) => checkDependency(inFile, dependency, { vendored, lock }));
  }
  await checkValuesSchema(scope, joinPath(directory, 'values.schema.json'));
  for (const chart of vendored) {
    await checkChartDependencies(chart.scope, chart.directory);
  }
}

interface Dependency {
  readonly field: string;
  readonly name: string;
  readonly version: string;
  /** How many dependencies before it have its name: one chart can be there under several aliases. */
  readonly occurrence: number;
}

async function readDependencies(scope: ReferenceScope, file: string): Promise<readonly Dependency[]> {
  const parsed = await scope.parsed.yaml(file);
  const chart = parsed.documents?.[0];
  if (parsed.documents?.length !== 1 || !isForeignMapping(chart)) {
    reportUnreadable(scope, '', parsed.documents === undefined ? parsed.problem : 'it is one YAML document, a mapping');
    return [];
  }
  const dependencies: Dependency[] = [];
  for (const { name, value } of fieldsOf(chart, 'dependencies')) {
    if (Array.isArray(value) && value.length > maxDependencies) {
      reportUnreadable(scope, name, `it has more than ${maxDependencies} entries`);
      continue;
    }
    forEachEntry(scope, name, value, (field, entry) => {
      const dependency = readDependency(scope, field, entry, dependencies);
      if (dependency !== undefined) dependencies.push(dependency);
    });
  }
  return dependencies;
}

function readDependency(
  scope: ReferenceScope,
  field: string,
  entry: unknown,
  before: readonly Dependency[],
): Dependency | undefined {
  const name = textOf(entry, 'name');
  const version = textOf(entry, 'version') ?? '';
  if (name === undefined || (version === '' && fieldsOf(entry, 'version').length > 0)) {
    reportUnreadable(scope, field, 'a dependency has a name and a version, both texts');
    return undefined;
  }
  return { field, name, version, occurrence: before.filter((other) => other.name === name).length };
}

interface DependencyContext {
  readonly vendored: readonly VendoredChart[];
  readonly lock: ChartLock;
}

function checkDependency(scope: ReferenceScope, dependency: Dependency, { vendored, lock }: DependencyContext): void {
  const { field, name, version } = dependency;
  const reference = `${name}@${version}`;
  const candidates = vendored.filter((chart) => chart.name === name);
  if (candidates.length === 0) {
    return scope.report(field, reference, 'unvendored', `The chart has no ${name} in its charts directory.`);
  }
  const versions = candidates.map((chart) => chart.version);
  const problem = versionProblem(dependency, versions, lock);
  if (problem !== undefined) scope.report(field, reference, 'version', problem);
}

function versionProblem(dependency: Dependency, vendored: readonly string[], lock: ChartLock): string | undefined {
  const { name, version, occurrence } = dependency;
  const some = vendored.slice(0, 5).map((found) => JSON.stringify(found));
  const shown = `The charts directory has it at ${some.join(', ')}`;
  if (lock !== undefined) {
    const locked = lock.get(name)?.[occurrence];
    if (locked === undefined) return `The lock does not name it; "helm dependency update" renews the lock.`;
    return vendored.some((found) => sameVersion(found, locked)) ? undefined : `${shown}, the lock says ${locked}.`;
  }
  if (isExactVersion(version)) {
    return vendored.some((found) => sameVersion(found, version)) ? undefined : `${shown}, not at ${version}.`;
  }
  // Without a lock a range is settled by what lies there, as long as only one thing can be meant.
  const settled = vendored.length === 1 && vendored.every(isExactVersion);
  return settled ? undefined : `${shown}; the range ${quote(version)} and no lock do not say which is meant.`;
}
