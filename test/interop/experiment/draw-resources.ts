import type { Draft } from './draft.ts';
import { below } from './tree.ts';

/** A resource of a kustomization: its file, from there, and what patches need to find it. */
export interface DrawnResource {
  readonly file: string;
  readonly kind: 'ConfigMap' | 'Deployment';
  readonly name: string;
}

/** Writes a few resources into a directory. */
export function drawResources(draft: Draft, directory: string): readonly DrawnResource[] {
  const count = 1 + draft.draw.below(2);
  return Array.from({ length: count }, () => drawResource(draft, directory));
}

function drawResource(draft: Draft, directory: string): DrawnResource {
  const { draw } = draft;
  const kind = draw.pick(['ConfigMap', 'ConfigMap', 'Deployment'] as const);
  const name = draft.name(kind === 'ConfigMap' ? 'cm' : 'app');
  const folder = draw.pick(['', '', '', 'manifests/', 'a.b/', 'with+plus/', 'x_y/v1.2/']);
  const file = `${folder}${name}${draw.pick(['.yaml', '.yaml', '.yml', '.json', ''])}`;
  draft.put(below(directory, file), file.endsWith('.json') ? asJson(kind, name) : asYaml(draft, kind, name));
  return { file, kind, name };
}

/** The text of a simple ConfigMap. */
export function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: good\n`;
}

function asJson(kind: DrawnResource['kind'], name: string): string {
  if (kind === 'ConfigMap') return JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, data: { a: 'good' } });
  const metadata = { labels: { app: name } };
  const spec = {
    replicas: 1,
    selector: { matchLabels: metadata.labels },
    template: { metadata, spec: { containers: [{ name: 'main', image: 'app:1' }] } },
  };
  return JSON.stringify({ apiVersion: 'apps/v1', kind, metadata: { name }, spec });
}

function asYaml(draft: Draft, kind: DrawnResource['kind'], name: string): string {
  const text = kind === 'ConfigMap' ? configMap(name) : `${asJson(kind, name)}\n`;
  const odd = draft.draw.odd('resource');
  if (odd === undefined) return draft.draw.chance(15) ? `---\n# comment\n${text}` : text;
  return odd.pick([
    `${text}---\n${configMap(draft.name('cm'))}`,
    `${text}---\n`,
    text.replace('metadata:', 'metadata:\n  annotations: {config.kubernetes.io/function: "exec: {path: /mnt/outside.yaml}"}'),
    text.replace('metadata:', 'metadata:\n  annotations: {config.kubernetes.io/local-config: "true"}'),
    text.replace(
      'metadata:',
      'metadata:\n  annotations: {config.kubernetes.io/path: ../../outside.yaml, internal.config.kubernetes.io/path: ../../outside.yaml}',
    ),
    `apiVersion: v1\nkind: List\nitems: []\n`,
    `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: ${name}}\npath: ../../outside-patch.yaml\ntarget: {kind: ConfigMap}\n`,
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: ${name}}\nresources: [../outside.yaml]\n`,
    `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}}\n`,
    `\ufeff${text}`,
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}}\nspec: {url: "https://github.com/x/y"}\n`,
    `# comment\u2028${text}`,
    '',
    '# nothing\n',
  ]);
}
