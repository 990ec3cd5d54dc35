import { quote } from '../quote.ts';
import { readChartMetadata } from './chart-metadata.ts';
import type { Judgement } from './judgement.ts';
import { parseLocalPath } from './local-path.ts';
import { joinPath } from './package-tree.ts';
import { fieldAt, type ReferencePlace } from './reference-place.ts';
import { admitsVersion } from './version-range.ts';
import type { PlainFields, PlainValue } from './walked-fields.ts';

/** A chart that kustomize is told to render. */
interface ChartEntry {
  readonly field: string;
  readonly name: string;
  /** Empty where any version will do. */
  readonly version: string;
  /** Empty where kustomize would not pull it. */
  readonly repo: string;
}

const defaultChartHome = 'charts';

/**
 * Judges `helmCharts` and the deprecated `helmChartInflationGenerator`: each chart must lie in the chart home, where
 * kustomize looks before it pulls, at the version that is asked for.
 * Source: kustomize v5, api/internal/builtins/HelmChartInflationGenerator.go; api/types/helmchartargs.go.
 */
export async function judgeChartEntries(judgement: Judgement, place: ReferencePlace, values: PlainFields): Promise<void> {
  const home = chartHome(values);
  const charts = mappings(values['helmCharts']).map((chart, index) => entryOf(chart, `helmCharts[${index}]`));
  const old = mappings(values['helmChartInflationGenerator']).map((chart, index) =>
    oldEntryOf(chart, `helmChartInflationGenerator[${index}]`),
  );
  for (const chart of [...charts, ...old]) await judgeEntry(judgement, place, chart, home);
}

/** Judges the chart of a `HelmChartInflationGenerator`. */
export async function judgePluginChart(judgement: Judgement, place: ReferencePlace, values: PlainFields): Promise<void> {
  await judgeEntry(judgement, place, entryOf(values, ''), textIn(values, 'chartHome') || defaultChartHome);
}

// `helmGlobals`, where it is there, wins over what the deprecated field says, also where it names no home.
function chartHome(values: PlainFields): string {
  const globals = values['helmGlobals'];
  if (isFields(globals)) return textIn(globals, 'chartHome') || defaultChartHome;
  const homes = mappings(values['helmChartInflationGenerator']).map((chart) => textIn(chart, 'chartHome'));
  return homes.findLast((home) => home !== '') ?? defaultChartHome;
}

function entryOf(chart: PlainFields, field: string): ChartEntry {
  return { field, name: textIn(chart, 'name'), version: textIn(chart, 'version'), repo: textIn(chart, 'repo') };
}

function oldEntryOf(chart: PlainFields, field: string): ChartEntry {
  return {
    field,
    name: textIn(chart, 'chartName'),
    version: textIn(chart, 'chartVersion'),
    repo: textIn(chart, 'chartRepoUrl'),
  };
}

async function judgeEntry(judgement: Judgement, place: ReferencePlace, chart: ChartEntry, home: string): Promise<void> {
  const { name, version, repo } = chart;
  const homePath = home === '.' ? place.directory : parseLocalPath(home, place.directory).path;
  if (homePath === undefined || name.includes('/')) return; // refused where the field itself is judged
  // kustomize keeps a chart that it could pull in a directory of its version.
  const directory = joinPath(homePath, version !== '' && repo !== '' ? `${name}-${version}/${name}` : name);
  if (!judgement.tree.files.has(joinPath(directory, 'Chart.yaml'))) return refuseAbsent(judgement, place, chart, directory);
  const found = await readChartMetadata(judgement, directory);
  if (version === '' || found?.version === undefined || admitsVersion(version, found.version)) return;
  const detail = `The package has ${name} at version ${quote(found.version)}.`;
  judgement.refuse({
    file: place.file,
    field: fieldAt(place, chart.field),
    reference: `${name}@${version}`,
    reason: 'version',
    detail,
  });
}

function refuseAbsent(
  judgement: Judgement,
  place: ReferencePlace,
  { field, name, version, repo }: ChartEntry,
  directory: string,
): void {
  const reference = version === '' ? name : `${name}@${version}`;
  const detail = `The package has no chart at ${quote(directory)}.`;
  const { file } = place;
  if (repo === '')
    return judgement.refuse({ file, field: fieldAt(place, fieldAt({ field }, 'name')), reference, reason: 'unvendored', detail });
  const pulls = `${detail} kustomize would pull ${reference}. Vendor it there.`;
  judgement.refuse({ file, field: fieldAt(place, fieldAt({ field }, 'repo')), reference: repo, reason: 'remote', detail: pulls });
}

function mappings(value: PlainValue | undefined): readonly PlainFields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function isFields(value: PlainValue | undefined): value is PlainFields {
  return typeof value === 'object' && !Array.isArray(value);
}

function textIn(fields: PlainFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
