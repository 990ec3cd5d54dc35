import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { quote } from '../quote.ts';
import { checkVendoredChart } from './chart-dependencies.ts';
import { checkPathList, reportEscape, reportUnreadable } from './check-path.ts';
import { fieldsOf, textOf } from './folded-mapping.ts';
import { checkHelmArguments, checkHelmHome } from './helm-arguments.ts';
import { joinPath } from './package-tree.ts';
import { tooManySteps } from './parsed-files.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { resolvePath } from './resolve-path.ts';
import { checkFileField, fieldIn } from './transformer-fields.ts';

/** The names that a kind of chart entry gives its fields. */
interface ChartNames {
  readonly name: string;
  readonly version: string;
  readonly repo: string;
  readonly valuesFile: string;
}

const chartNames: ChartNames = { name: 'name', version: 'version', repo: 'repo', valuesFile: 'valuesFile' };
const oldNames: ChartNames = {
  name: 'chartName',
  version: 'chartVersion',
  repo: 'chartRepoUrl',
  valuesFile: 'values',
};
const defaultChartHome = 'charts';

/**
 * Checks `helmCharts`, `helmGlobals` and the deprecated `helmChartInflationGenerator`: each chart must lie in the
 * chart home, where kustomize looks before it pulls.
 * Source: kustomize v5, api/internal/builtins/HelmChartInflationGenerator.go.
 */
export async function checkHelmCharts(scope: ReferenceScope, kustomization: ForeignMapping): Promise<void> {
  const home = chartHome(scope, kustomization);
  for (const { name, value } of fieldsOf(kustomization, 'helmCharts')) {
    await checkChartList(scope, name, value, { home, names: chartNames });
  }
  for (const { name, value } of fieldsOf(kustomization, 'helmChartInflationGenerator')) {
    await checkChartList(scope, name, value, { home, names: oldNames });
  }
}

/** Checks a chart that the configuration of a `HelmChartInflationGenerator` plugin names. */
export async function checkPluginChart(scope: ReferenceScope, owner: string, config: ForeignMapping): Promise<void> {
  checkHomes(scope, owner, config);
  const home = textOf(config, 'chartHome') || defaultChartHome;
  await checkChart(scope, owner, config, { home, names: chartNames });
}

interface ChartContext {
  readonly home: string;
  readonly names: ChartNames;
}

function chartHome(scope: ReferenceScope, kustomization: ForeignMapping): string {
  let home: string | undefined;
  for (const { value } of fieldsOf(kustomization, 'helmChartInflationGenerator')) {
    for (const chart of Array.isArray(value) ? value : []) home = textOf(chart, 'chartHome') || home;
  }
  for (const { name, value } of fieldsOf(kustomization, 'helmGlobals')) {
    checkHomes(scope, name, value);
    home = textOf(value, 'chartHome') || defaultChartHome;
  }
  return home ?? defaultChartHome;
}

function checkHomes(scope: ReferenceScope, owner: string, globals: unknown): void {
  checkHelmHome(scope, owner, globals);
  for (const { name, value } of fieldsOf(globals, 'chartHome')) {
    const field = fieldIn(owner, name);
    if (typeof value !== 'string') reportUnreadable(scope, field, 'it should be text');
    else if (!resolvePath(scope.directory, value).inside) reportEscape(scope, field, value);
  }
}

async function checkChartList(
  scope: ReferenceScope,
  field: string,
  value: unknown,
  context: ChartContext,
): Promise<void> {
  if (!Array.isArray(value)) return reportUnreadable(scope, field, 'it should be a list');
  if (!scope.parsed.affords(value.length)) return reportUnreadable(scope, field, tooManySteps);
  for (const [index, chart] of value.entries()) {
    if (isForeignMapping(chart)) checkHomes(scope, `${field}[${index}]`, chart);
    await checkChart(scope, `${field}[${index}]`, chart, context);
  }
}

async function checkChart(scope: ReferenceScope, owner: string, chart: unknown, context: ChartContext): Promise<void> {
  if (!isForeignMapping(chart)) return reportUnreadable(scope, owner, 'it should be a mapping');
  checkHelmArguments(scope, owner, chart);
  checkFileField(scope, owner, chart, context.names.valuesFile);
  for (const { name, value } of fieldsOf(chart, 'additionalValuesFiles')) {
    checkPathList(scope, fieldIn(owner, name), value, 'file');
  }
  await checkChartPlace(scope, owner, chart, context);
}

async function checkChartPlace(
  scope: ReferenceScope,
  owner: string,
  chart: ForeignMapping,
  { home, names }: ChartContext,
): Promise<void> {
  if (!isPlainChart(chart, names)) {
    return reportUnreadable(scope, owner, 'name, version and repo should be texts, each there once');
  }
  const name = textOf(chart, names.name) ?? '';
  const version = textOf(chart, names.version) ?? '';
  const repo = textOf(chart, names.repo) ?? '';
  if (!resolvePath(scope.directory, home).inside) return; // reported with the home
  // kustomize keeps a chart that it could pull in a directory of its version.
  const folder = version !== '' && repo !== '' ? `${name}-${version}/${name}` : name;
  const place = resolvePath(scope.directory, joinPath(home, folder));
  if (!place.inside) return reportEscape(scope, fieldIn(owner, names.name), name);
  if (scope.tree.files.has(joinPath(place.path, 'Chart.yaml'))) {
    return checkVendoredChart(scope, { field: owner, directory: place.path, name, version });
  }
  reportAbsentChart(scope, owner, { repo, reference: version === '' ? name : `${name}@${version}`, place: place.path });
}

function isPlainChart(chart: ForeignMapping, names: ChartNames): boolean {
  return [names.name, names.version, names.repo].every((key) => {
    const found = fieldsOf(chart, key);
    return found.length === 0 || (found.length === 1 && typeof found[0]?.value === 'string');
  });
}

function reportAbsentChart(
  scope: ReferenceScope,
  owner: string,
  absent: { readonly repo: string; readonly reference: string; readonly place: string },
): void {
  const detail = `The package has no chart at ${quote(absent.place)}.`;
  if (absent.repo === '') return scope.report(fieldIn(owner, 'name'), absent.reference, 'unvendored', detail);
  scope.report(fieldIn(owner, 'repo'), absent.repo, 'remote', `${detail} kustomize would pull ${absent.reference}.`);
}
