import { drawChart } from './draw-chart.ts';
import type { Draft } from './draft.ts';
import { outsideReference } from './references-outside.ts';
import { below } from './tree.ts';
import { type Fields, fields, list, plain, reference, text, texts, type Value } from './yaml-value.ts';

/** Writes a chart into a kustomization's chart home, and returns the fields by which it is inflated. */
export function drawKustomizeChart(draft: Draft, directory: string): Fields {
  const { draw } = draft;
  const name = draft.name('chart');
  const version = draw.pick(['1.0.0', '0.1.2', '2.0.0-rc.1']);
  const home = draw.pick([undefined, undefined, 'charts', 'vendor/charts', './helm']);
  const isPulled = draw.chance(35);
  const place = isPulled ? `${name}-${version}/${name}` : name;
  drawChart(draft, { directory: below(directory, `${(home ?? 'charts').replace('./', '')}/${place}`), name, version, depth: 0 });
  const valuesFile = draw.chance(30) ? putValues(draft, directory) : undefined;
  const value = fields({
    name: reference('chart', name),
    chartHome: home === undefined ? undefined : reference('chart-home', home),
    repo: isPulled
      ? reference(
          'repository',
          draw.pick(['http://charts.example:9377/charts', 'https://charts.example', 'oci://charts.example/charts']),
        )
      : undefined,
    version: isPulled || draw.chance(30) ? text(version) : undefined,
    releaseName: text(name),
    namespace: draw.chance(20) ? text('team') : undefined,
    valuesFile,
    additionalValuesFiles: draw.chance(20) ? list(putValues(draft, directory)) : undefined,
    valuesInline: draw.chance(20)
      ? fields({ message: text('inline: ../../outside.yaml'), nested: texts({ path: '../outside.yaml' }) })
      : undefined,
    valuesMerge: draw.chance(10) ? text('merge') : undefined,
    includeCRDs: draw.chance(20) ? plain(true) : undefined,
    skipHooks: draw.chance(10) ? plain(true) : undefined,
    kubeVersion: draw.chance(10) ? text('1.31') : undefined,
    apiVersions: draw.chance(10) ? list(text('example.com/v1')) : undefined,
  });
  return oddChart(value, draft, directory);
}

function putValues(draft: Draft, directory: string): Value {
  const file = `${draft.name('values')}.yaml`;
  draft.put(below(directory, file), 'message: from a file\n');
  return reference('values', file);
}

/** Values that reach Helm's command line, or lead to another chart than the one that is judged. */
function oddChart(value: Fields, draft: Draft, directory: string): Fields {
  const odd = draft.draw.odd('inflation');
  if (odd === undefined) return value;
  const option = odd.pick([
    '--values=/mnt/outside-values.yaml',
    '-f/mnt/outside-values.yaml',
    '--post-renderer=/mnt/outside.yaml',
    '--repo=http://charts.example:9377/charts',
    '--set-file=a=/mnt/outside.env',
    '--dependency-update',
  ]);
  const [key, changed] = odd.pick<readonly [string, Value | undefined]>([
    ['releaseName', text(option)],
    ['releaseName', text('')],
    ['releaseName', undefined],
    ['namespace', text(option)],
    ['nameTemplate', text(option)],
    ['nameTemplate', text('{{ env "OUTSIDE" }}')],
    ['nameTemplate', text('{{ .Files.Get "/mnt/outside.env" }}')],
    ['nameTemplate', text('{{ getHostByName "outside.example" }}')],
    ['kubeVersion', text(option)],
    ['apiVersions', list(text(option))],
    ['version', text(option)],
    ['version', text('9.9.9')],
    ['version', text('^1')],
    ['version', text('../1.0.0')],
    ['version', undefined],
    ['repo', text('http://charts.example:9377/charts')],
    ['repo', text('oci://charts.example/charts')],
    ['repo', text('')],
    ['repo', text(option)],
    ['repo', undefined],
    ['name', text(option)],
    ['name', text('no-such-chart')],
    ['name', text(outsideReference('chart', directory, odd))],
    ['name', text('oci://charts.example/charts/evil')],
    ['name', text('.')],
    ['name', text('..')],
    ['name', text('')],
    ['valuesFile', text('')],
    ['valuesFile', text('http://outside.example/values.yaml')],
    ['additionalValuesFiles', list(text('http://outside.example/values.yaml'))],
    ['additionalValuesFiles', list(text('https://outside.example/values.yaml'), text('s3://x/y'))],
    ['valuesMerge', text('replace')],
    ['valuesInline', text('../../outside-values.yaml')],
    ['chartHome', text('.')],
    ['chartHome', text('')],
    ['chartHome', text('../outside-charts')],
    ['configHome', text(outsideReference('chart-home', directory, odd))],
    ['configHome', text('')],
    ['devel', plain(true)],
    ['debug', plain(true)],
  ]);
  const others = value.entries.filter(([name]) => name !== key);
  return { type: 'fields', entries: changed === undefined ? others : [...others, [key, changed]] };
}
