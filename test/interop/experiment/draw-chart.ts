import { Draft } from './draft.ts';
import type { Draw } from './draw.ts';
import { drawIgnoreFile } from './draw-ignore-file.ts';
import { drawSchema } from './draw-schema.ts';
import { packChart } from './pack-chart.ts';
import { respellKey } from './spell-key.ts';
import { below } from './tree.ts';
import { writeYaml } from './write-yaml.ts';
import { type Fields, fields, list, reference, text, texts, type Value } from './yaml-value.ts';

/** What a chart is to be. */
export interface ChartPlan {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** How many charts it lies in. */
  readonly depth: number;
}

/** Writes a chart, with the charts that it depends on, into the draft. */
export function drawChart(draft: Draft, plan: ChartPlan): void {
  const { draw } = draft;
  const put = (path: string, content: string | Uint8Array): boolean => draft.put(below(plan.directory, path), content);
  const isOld = draw.chance(10);
  const dependencies =
    plan.depth > 1 || draw.chance(50)
      ? []
      : [drawDependency(draft, plan), ...(draw.chance(25) ? [drawDependency(draft, plan)] : [])];
  const declared = { dependencies: dependencies.length > 0 ? list(...dependencies.map(({ value }) => value)) : undefined };
  const chart = fields({
    apiVersion: text(isOld ? 'v1' : 'v2'),
    name: text(plan.name),
    version: text(plan.version),
    description: draw.chance(40) ? text('A chart: of the experiment # really') : undefined,
    appVersion: draw.chance(30) ? text('1.2') : undefined,
    type: draw.chance(20) && !isOld ? text('application') : undefined,
    ...(isOld ? {} : declared),
    ...hiddenDependency(draw),
  });
  // A requirement of an old chart stands in a file of its own.
  if (isOld && declared.dependencies !== undefined)
    put('requirements.yaml', writeYaml(fields(declared), draft.writing(plan.directory)));
  put('Chart.yaml', writeYaml(chart, draft.writing(plan.directory)));
  put('values.yaml', writeYaml(fields({ message: text('good: ../x'), nested: fields({}) }), draft.writing(plan.directory)));
  put('templates/cm.yaml', template(draft, plan));
  if (draw.chance(40)) put('templates/_parts.tpl', '{{- define "part" -}}part{{- end -}}\n');
  if (draw.chance(20))
    put(
      'crds/thing.yaml',
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example}\n',
    );
  if (draw.chance(20)) put('README.md', '# Chart\n');
  if (dependencies.length > 0 && draw.chance(60))
    put(isOld ? 'requirements.lock' : 'Chart.lock', lockOf(dependencies, draft, plan));
  if (draw.chance(45)) put('values.schema.json', drawSchema(draw));
  if (draw.chance(40)) put('.helmignore', drawIgnoreFile(draw));
  drawStrays(draft, plan);
}

/** A dependency that Helm may see, and another reader not. */
function hiddenDependency(draw: Draw): Readonly<Record<string, Value>> {
  const odd = draw.odd('hidden-dependency');
  if (odd === undefined) return {};
  const dependency = texts({ name: 'hidden', version: '1.0.0', repository: 'http://charts.example:9377/charts' });
  return { [respellKey('dependencies', odd)]: list(dependency) };
}

interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly value: Fields;
}

function drawDependency(draft: Draft, plan: ChartPlan): Dependency {
  const { draw } = draft;
  const name = draft.name(plan.depth === 0 ? 'sub' : `${plan.name}-deep`);
  const version = draw.pick(['1.0.0', '1.2.3', '0.3.0']);
  const repository = draw.pick([
    'https://charts.example/stable',
    'http://charts.example:9377/charts',
    'oci://charts.example/charts',
    `file://../${name}`,
    '',
    '@stable',
  ]);
  const odd = draw.odd('dependency');
  const range =
    odd?.pick(['9.9.9', '~2', '', '*', 'latest', 'x', '>=0-0', '1.0.0 || http://outside.example']) ??
    draw.pick([version, version, `^${version}`, '>=0.1.0', `~${version}`]);
  const alias = draw.chance(15) ? `other-${name}` : undefined;
  const value = fields({
    name: text(odd?.pick([name, name, `../${name}`, `../../outside-charts/evil`, 'evil', '']) ?? name),
    version: text(range),
    repository: repository === '' ? undefined : reference('repository', repository),
    alias: alias === undefined ? undefined : text(odd?.pick([alias, '../evil', 'a/b']) ?? alias),
    condition: draw.chance(15) ? text('nested.enabled') : undefined,
    'import-values': draw.chance(8) ? list(text('data')) : undefined,
  });
  if (odd === undefined || odd.chance(50)) vendor(draft, plan, name, version);
  return { name, version, repository, value };
}

/** Puts a chart below `charts`: as a directory, or packed. */
function vendor(draft: Draft, plan: ChartPlan, name: string, version: string): void {
  const { draw } = draft;
  const own = new Draft(draw);
  drawChart(own, { directory: '', name, version, depth: plan.depth + 1 });
  const odd = draw.odd('vendored');
  const folder = odd?.pick([name, 'other', `_${name}`, `.${name}`, name.toUpperCase(), `${name}/${name}`, `templates`]) ?? name;
  if (draw.chance(55)) {
    for (const [path, content] of own.tree) draft.put(below(plan.directory, `charts/${folder}/${path}`), content);
    if (odd !== undefined && odd.chance(40))
      draft.put(below(plan.directory, `charts/${name}-0.0.1.tgz`), packChart(own.tree, name, odd));
    return;
  }
  const file =
    odd?.pick([
      `${name}-${version}.tgz`,
      `${name}.tgz`,
      `_${name}.tgz`,
      `.${name}.tgz`,
      `${name}.tar.gz`,
      `${name}.TGZ`,
      `x/${name}.tgz`,
    ]) ?? `${name}-${version}.tgz`;
  draft.put(below(plan.directory, `charts/${file}`), packChart(own.tree, name, draw));
}

function lockOf(dependencies: readonly Dependency[], draft: Draft, plan: ChartPlan): string {
  const odd = draft.draw.odd('lock');
  const entries = dependencies.map(({ name, version, repository }) =>
    fields({
      name: text(odd?.pick([name, 'other', name.toUpperCase()]) ?? name),
      repository: reference('repository', repository),
      version: text(odd?.pick([version, '0.0.1', '*', 'file://../../outside-charts', '']) ?? version),
    }),
  );
  const digest: Value = text(`sha256:${'0'.repeat(64)}`);
  const lock = fields({ dependencies: list(...entries), digest, generated: text('2026-01-01T00:00:00Z') });
  return writeYaml(lock, draft.writing(plan.directory));
}

function template(draft: Draft, { name }: ChartPlan): string {
  const odd = draft.draw.odd('template');
  const value = odd?.pick([
    '{{ .Files.Get "../../outside.env" | quote }}',
    '{{ .Files.Get "/mnt/outside.env" | quote }}',
    '{{ range $path, $_ := .Files.Glob "../**" }}{{ $path }}{{ end }}x',
    '{{ range $path, $_ := .Files.Glob "**" }}{{ $.Files.Get $path | b64enc }}{{ end }}',
    '{{ getHostByName "outside.example" | quote }}',
    '{{ lookup "v1" "ConfigMap" "a" "b" | toJson | quote }}',
    '{{ include "../../outside.yaml" . }}',
    '{{ tpl "{{ .Files.Get \\"../outside.env\\" }}" . | quote }}',
    '{{ (index (.Subcharts | default dict) "evil") | toJson | quote }}',
    '{{ env "HOME" }}',
    '{{ .Chart.Home | quote }}{{ .Template.BasePath }}',
    '{{ fail "no" }}',
  ]);
  const head = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${name}\n`;
  return `${head}data:\n  a: ${value ?? '{{ .Values.message | quote }}'}\n`;
}

const missingDependency = 'dependencies: [{name: y, version: 1.0.0, repository: "http://charts.example:9377/charts"}]\n';

/** Puts a file that does not belong to a chart, or is not one of its usual files. */
function drawStrays(draft: Draft, plan: ChartPlan): void {
  const odd = draft.draw.odd('stray');
  if (odd === undefined) return;
  const [path, content] = odd.pick<readonly [string, string]>([
    [
      'chart.yaml',
      'apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies: [{name: y, version: 1.0.0, repository: "https://outside.example"}]\n',
    ],
    ['Chart.yml', 'dependencies: [{name: y, version: 1.0.0, repository: "https://outside.example"}]\n'],
    ['requirements.yaml', missingDependency],
    ['requirements.lock', missingDependency],
    ['Chart.lock', missingDependency],
    ['charts/README.md', '# Charts\n'],
    ['charts/unnamed/Chart.yaml', `apiVersion: v2\nname: unnamed\nversion: 1.0.0\n${missingDependency}`],
    ['charts/unnamed/Chart.yaml', 'apiVersion: v2\nname: unnamed\nversion: 1.0.0\n'],
    ['charts/unnamed/values.schema.json', '{"$ref": "http://outside.example/s.json"}'],
    ['charts/broken.tgz', 'no archive'],
    ['charts/_unloaded/Chart.yaml', 'apiVersion: v2\nname: unloaded\nversion: 1.0.0\n'],
    ['values.schema.yaml', '$ref: http://outside.example/s.json\n'],
    ['values.json', '{}'],
    ['.helmignore/x', ''],
    ['templates/values.schema.json', '{"$ref": "http://outside.example/s.json"}'],
    ['templates/kustomization.yaml', 'resources: [../../outside.yaml]\n'],
    ['ci/values.yaml', 'a: 1\n'],
    ['plugin.yaml', 'name: x\nversion: 1.0.0\ncommand: /mnt/outside.yaml\n'],
  ]);
  draft.put(below(plan.directory, path), content);
}
