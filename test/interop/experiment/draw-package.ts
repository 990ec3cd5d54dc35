import type { PackageKind } from '@release-capsule/schema';
import { Draft } from './draft.ts';
import { Draw } from './draw.ts';
import { drawChart } from './draw-chart.ts';
import { drawKustomization, type KustomizationPlan } from './draw-kustomization.ts';
import { configMap } from './draw-resources.ts';
import type { ExperimentPackage } from './tree.ts';

/** Draws the package of a seed and a number. Most have only one or two oddities, so that many are accepted. */
export function drawPackage(seed: number, number: number): ExperimentPackage {
  const name = `${seed}/${number}`;
  return drawWith(name, chooseOddities(name));
}

/** Draws the package of a name with these oddities alone. */
export function drawWith(name: string, oddities: readonly string[]): ExperimentPackage {
  const draft = new Draft(new Draw(name, oddities));
  const kind = drawFiles(draft);
  return { name, kind, tree: draft.tree, oddities };
}

// Kinds of oddity that have deceived readers before are tried more often than the others.
const weights: Readonly<Record<string, number>> = {
  inline: 5,
  'yaml-like': 2,
  'near-remote': 2,
  disguised: 2,
  'twice of a reference': 2,
};

/** Each kind of oddity that the package has an occasion for is chosen by its weight, which is one by default. */
function chooseOddities(name: string): readonly string[] {
  const usual = new Draft(new Draw(name));
  drawFiles(usual);
  const draw = new Draw(`${name} oddities`);
  const count = draw.pick([0, 1, 1, 1, 1, 2, 2, 3]);
  const kinds = [...usual.draw.occasions].flatMap((kind) => Array.from({ length: weights[kind[0]] ?? 1 }, () => kind));
  return draw.some(kinds, count, count).map(([kind, occasions]) => `${kind}#${draw.below(occasions)}`);
}

function drawFiles(draft: Draft): PackageKind {
  const kind = draft.draw.pick(['kustomize', 'kustomize', 'helm'] as const);
  if (kind === 'kustomize') drawKustomizations(draft);
  else drawChart(draft, { directory: '', name: draft.name('app'), version: '1.0.0', depth: 0 });
  drawNeighbour(draft);
  return kind;
}

type Layout = readonly Omit<KustomizationPlan, 'kind'>[];

const layouts: readonly [Layout, ...Layout[]] = [
  [{ directory: '', bases: [], components: [] }],
  [
    { directory: '', bases: ['base'], components: [] },
    { directory: 'base', bases: [], components: [] },
  ],
  [
    { directory: 'overlays/production', bases: ['../../base'], components: ['../../components/extra'] },
    { directory: 'base', bases: [], components: [] },
    { directory: 'components/extra', bases: [], components: [] },
  ],
  [
    { directory: '', bases: ['./github.example/x', 'b.c'], components: [] },
    { directory: 'github.example/x', bases: [], components: [] },
    { directory: 'b.c', bases: [], components: [] },
  ],
  [
    { directory: '', bases: [], components: ['parts/a'] },
    { directory: 'parts/a', bases: [], components: [] },
  ],
];

function drawKustomizations(draft: Draft): void {
  const layout = draft.draw.pick(layouts);
  for (const plan of layout)
    drawKustomization(draft, { ...plan, kind: /^(components|parts)\//.test(plan.directory) ? 'Component' : 'Kustomization' });
}

/** A file that another consumer, or the other tool, may obey. */
function drawNeighbour(draft: Draft): void {
  const odd = draft.draw.odd('neighbour');
  if (odd === undefined) return;
  const folder = odd.pick(['', '', 'base/', 'templates/', 'crds/', 'deep/er/']);
  const unvendored =
    'apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies: [{name: y, version: 1.0.0, repository: "http://charts.example:9377/charts"}]\n';
  const [path, content] = odd.pick<readonly [string, string]>([
    ['.argocd-source.yaml', 'helm: {valueFiles: ["https://outside.example/values.yaml"]}\n'],
    ['.argocd-source-app.yaml', 'kustomize: {components: ["https://github.com/x/y"]}\n'],
    ['.ARGOCD-SOURCE.yaml', 'helm: {}\n'],
    ['Chart.yaml', unvendored],
    ['Chart.yaml', 'apiVersion: v2\nname: x\nversion: 1.0.0\n'],
    ['Chart.yaml', 'not a chart\n'],
    ['kustomization.yaml', 'resources: ["https://github.com/x/y"]\n'],
    ['kustomization.yaml', 'resources: [resource.yaml]\n'],
    ['kustomization.yml', 'resources: [../../../outside.yaml]\n'],
    ['Kustomization', 'resources: ["https://github.com/x/y"]\n'],
    ['Kustomization.yaml', 'resources: ["https://github.com/x/y"]\n'],
    ['KUSTOMIZATION', 'resources: ["https://github.com/x/y"]\n'],
    ['kustomization.json', '{"resources": ["https://github.com/x/y"]}'],
    ['kustomizeconfig.yaml', 'nameReference: []\n'],
    ['.sourceignore', '*\n'],
    ['.gitattributes', '* text\n'],
    ['.gitmodules', '[submodule "x"]\npath = x\nurl = https://github.com/x/y\n'],
    ['Kptfile', 'upstream: {git: {repo: "https://github.com/x/y"}}\n'],
    ['.krmignore', '*\n'],
    ['jsonnetfile.json', '{}'],
    ['helmfile.yaml', 'repositories: []\n'],
  ]);
  draft.put(`${folder}${path}`, content);
  draft.put(`${folder}resource.yaml`, configMap('neighbour'));
}
