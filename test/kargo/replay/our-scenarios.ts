import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { workspaceRoot } from '../../rules/source-files.ts';
import type { Files } from '../../releases/git-repository.ts';
import { readManifests } from '../interpreter/manifest.ts';
import { isRecord, type ValueMap } from '../interpreter/expression/values.ts';
import type { ShelfOptions } from './capsule-shelf.ts';
import type { Hosts } from './originals.ts';
import { type ChartForm, chartForms, helmPackage, kustomizePackage } from './packages.ts';
import type { Scenario } from './scenarios.ts';

/** Where Kargo's manifests are for the hosts of a replay. */
export type BuildManifests = (hosts: Hosts) => readonly ValueMap[];

const app = 'hello';
const imageRepository = 'ghcr.io/example/web';
/** What the package calls the image. */
export const nameInPackage = 'web';
const stages = ['staging', 'test', 'levelbuilder'];

/** The Stages and tasks of deploy/kargo, which render with kustomize. */
export function ourKustomize(build: BuildManifests = fromFiles): Scenario {
  const files = kustomizePackage({ deployment: 'web', container: 'main', image: nameInPackage });
  return ours({ name: 'our PromotionTask, for kustomize', kind: 'kustomize', files, naming: { names: [{ name: nameInPackage }] }, build });
}

/** The same Stages with the task that renders a chart. */
export function ourHelm(build: BuildManifests = fromFiles, form: ChartForm = 'one value'): Scenario {
  const rendersChart: BuildManifests = (hosts) => build(hosts).map((manifest) => {
    if (manifest['kind'] !== 'Stage') return manifest;
    return JSON.parse(JSON.stringify(manifest).replaceAll('"task":{"name":"render-kustomize"}', '"task":{"name":"render-helm"}'));
  });
  const { paths: values } = chartForms[form];
  const shelf = { kind: 'helm', files: helmPackage('web', form), naming: { values } } as const;
  return ours({ name: `our PromotionTask, for a chart that takes ${form}`, ...shelf, build: rendersChart });
}

interface Ours extends Pick<ShelfOptions, 'kind' | 'files' | 'naming'> {
  readonly name: string;
  readonly build: BuildManifests;
}

function ours({ name, build, ...shelf }: Ours): Scenario {
  const home = (deployment: string): string => `apps/${app}/deployments/${deployment}`;
  const ofKind = (hosts: Hosts, wanted: string): readonly ValueMap[] => build(hosts).filter((manifest) => manifest['kind'] === wanted);
  return {
    name,
    isThere: true,
    project: 'hello',
    stages,
    shelf: { ...shelf, repository: 'team/web-capsule', imageRepository },
    warehouse: { name: 'capsules', holds: 'capsule' },
    home,
    stage: (stage, hosts) => stringify(ofKind(hosts, 'Stage').find((manifest) => nameOf(manifest) === stage)),
    tasks: (hosts) => ofKind(hosts, 'PromotionTask').map((task) => stringify(task)),
    warehouseManifest: (hosts) => stringify(ofKind(hosts, 'Warehouse')[0]),
    main: () => exampleSources,
    branches: {},
  };
}

function nameOf({ metadata }: ValueMap): unknown {
  return isRecord(metadata) ? metadata['name'] : undefined;
}

/** What the GitOps repository of the tasks holds: the example that docs/kargo.md shows. */
export const exampleSources: Files = readSources(join(workspaceRoot, 'deploy/kargo/gitops-example'));

function readSources(folder: string): Files {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** The manifests as they lie in deploy/kargo, with the values that its replacements put into the tasks. */
function fromFiles({ gitopsUrl, capsuleRepository, serviceUrl = '' }: Hosts): readonly ValueMap[] {
  const folder = join(workspaceRoot, 'deploy/kargo');
  const names = readdirSync(join(folder, 'release-capsule')).filter((name) => name !== 'kustomization.yaml');
  const paths = [...names.map((name) => `release-capsule/${name}`), 'hello/stages.yaml'];
  const manifests = paths.flatMap((path) => readManifests(readFileSync(join(folder, path), 'utf8')));
  const values = { capsuleRepo: capsuleRepository, gitopsRepo: gitopsUrl, app, verifyURL: `${serviceUrl}/v1/verify` };
  return manifests.map((manifest) => withValues(manifest, new Map(Object.entries(values))));
}

function withValues(manifest: ValueMap, values: ReadonlyMap<string, string>): ValueMap {
  const { kind } = manifest;
  if (kind === 'Warehouse') return JSON.parse(JSON.stringify(manifest).replaceAll('to-be-replaced', values.get('capsuleRepo') ?? ''));
  if (kind !== 'PromotionTask') return manifest;
  const copy = structuredClone(manifest) as { readonly spec: { readonly vars?: readonly { readonly name: string; value?: string }[] } };
  for (const variable of copy.spec.vars ?? []) variable.value = values.get(variable.name) ?? variable.value ?? '';
  return { ...copy };
}
