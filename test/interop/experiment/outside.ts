/** The mark in every file outside a package, and in every answer from outside: no output may contain it. */
export const mark = 'MARK-OF-THE-OUTSIDE';

/** Where the experiment takes place; a file system in memory is mounted there, in a namespace of its own. */
export const stage = '/mnt';

/** Names that lead to the listener of the namespace, beside `localhost`. */
export const outsideHosts = [
  'github.com',
  'gitlab.com',
  'bitbucket.org',
  'raw.githubusercontent.com',
  'dev.azure.com',
  'ssh.dev.azure.com',
  'git-codecommit.us-east-2.amazonaws.com',
  'charts.example',
  'outside.example',
  'json-schema.org',
] as const;

/** The directories that one package at a time is built in; each is below `stage`. */
export interface World {
  readonly root: string;
  /** Holds the package and its neighbours, which are marked. */
  readonly neighbours: string;
  readonly package: string;
  readonly home: string;
  readonly workingDirectory: string;
  /** The tools' own temporary files, caches and configuration. */
  readonly state: string;
}

/** Names the directories of a worker's world. */
export function worldOf(worker: number): World {
  const root = `${stage}/world-${worker}`;
  const neighbours = `${root}/neighbours`;
  return {
    root,
    neighbours,
    package: `${neighbours}/package`,
    home: `${root}/home`,
    workingDirectory: `${root}/cwd`,
    state: `${root}/state`,
  };
}

const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';

/** What lies in each directory around the package: something for every kind of reference. */
export const markedFiles: Readonly<Record<string, string>> = {
  'kustomization.yaml': 'resources: [outside.yaml]\n',
  'outside.yaml': configMap('outside'),
  'outside.env': `MARK=${mark}\n`,
  'outside-patch.yaml': `- {op: add, path: /metadata/annotations, value: {mark: ${mark}}}\n`,
  'outside-merge.yaml': configMap('cm-1'),
  'outside-generator.yaml': `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nliterals: [mark=${mark}]\n`,
  'outside-transformer.yaml': transformer(),
  'outside-configuration.yaml': `nameReference: []\n# ${mark}\n`,
  'outside-openapi.json': `{"definitions": {}, "info": {"title": "${mark}"}}\n`,
  'outside-replacements.yaml': `- {sourceValue: ${mark}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]}\n`,
  'outside-values.yaml': `mark: ${mark}\nmessage: ${mark}\n`,
  'outside-schema.json': `{"title": "${mark}", "not": {}}\n`,
  'evil/kustomization.yaml': 'resources: [cm.yaml]\n',
  'evil/cm.yaml': configMap('evil'),
  'evil-component/kustomization.yaml': `${component}commonAnnotations: {mark: ${mark}}\n`,
  'evil-plugins/kustomization.yaml': 'resources: [transformer.yaml]\n',
  'evil-plugins/transformer.yaml': transformer(),
  'outside-charts/evil/Chart.yaml': 'apiVersion: v2\nname: evil\nversion: 1.0.0\n',
  'outside-charts/evil/values.yaml': 'message: good\n',
  'outside-charts/evil/templates/cm.yaml': configMap('evil-chart'),
};

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: ${mark}\n`;
}

function transformer(): string {
  const field = 'fieldSpecs: [{path: metadata/annotations, create: true}]';
  return `apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations: {mark: ${mark}}\n${field}\n`;
}
