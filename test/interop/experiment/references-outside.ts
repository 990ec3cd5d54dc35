import type { Draw } from './draw.ts';
import { stage } from './outside.ts';
import type { ReferenceKind } from './yaml-value.ts';

const counterparts: Readonly<Record<ReferenceKind, readonly [string, ...string[]]>> = {
  resource: ['outside.yaml', 'evil', ''],
  directory: ['evil', ''],
  component: ['evil-component'],
  data: ['outside.env'],
  'keyed-data': ['outside.env'],
  merge: ['outside-merge.yaml'],
  patch: ['outside-patch.yaml'],
  generator: ['outside-generator.yaml', 'evil'],
  transformer: ['outside-transformer.yaml', 'evil-plugins'],
  configuration: ['outside-configuration.yaml'],
  crd: ['outside-openapi.json'],
  openapi: ['outside-openapi.json'],
  replacements: ['outside-replacements.yaml'],
  values: ['outside-values.yaml'],
  'chart-home': ['outside-charts'],
  chart: ['outside-charts/evil'],
  repository: ['http://charts.example:9377/charts'],
};

/** The way from a directory of the package to the directory around the package. */
export function wayOut(directory: string): string {
  return '../'.repeat(directory === '' ? 1 : directory.split('/').length + 1);
}

/** A plain reference from a directory of the package to its counterpart outside. */
export function outsideReference(kind: ReferenceKind, directory: string, draw: Draw): string {
  const name = draw.pick(counterparts[kind]);
  if (kind === 'repository') return name;
  const path = `${draw.pick([wayOut(directory), wayOut(directory), `${wayOut(directory)}../`, `${stage}/`])}${name}`;
  return kind === 'keyed-data' && draw.chance(30) ? `key=${path}` : path;
}

/** A text that names the counterpart outside in a disguise, or only looks as if it did. */
export function disguisedReference(kind: ReferenceKind, directory: string, draw: Draw): string {
  const name = draw.pick(counterparts[kind]);
  const out = wayOut(directory);
  const far = `${out}${name}`;
  return draw.pick<() => string>([
    () => `./${far}`,
    () => `x/../${far}`,
    () => `.//${far}`,
    () => `${far}/`,
    () => `${far}/.`,
    () => `${out}package/../${name}`,
    () => `x/./../${far}`,
    () => far.replaceAll('..', '%2e%2e'),
    () => far.replaceAll('/', '\\'),
    () => far.replaceAll('/', '\u2215'),
    () => far.replaceAll('..', '\uff0e\uff0e'),
    () => far.replaceAll('..', '.\u200b.'),
    () => ` ${far}`,
    () => `${far} `,
    () => `${far}\n`,
    () => `\t${far}`,
    () => `${far}\0`,
    () => `~/${name}`,
    () => `$HOME/${name}`,
    () => `\${HOME}/${name}`,
    () => `file://${stage}/${name}`,
    () => `file:${stage}/${name}`,
    () => `FILE://${stage}/${name}`,
    () => `file:///${far}`,
    () => `git::file://${stage}/evil`,
    () => `${stage}/world-0/neighbours/${name}`,
    () => `/proc/self/cwd/${name}`,
    () => `x=y=${far}`,
    () => `=${far}`,
    () => `${out}package/cm.yaml`,
  ])();
}

/** A way out that looks like YAML, for a field that may take either. */
export function yamlLikeReference(kind: ReferenceKind, directory: string, draw: Draw): string {
  const start = draw.pick([
    '{x}',
    '{',
    '}',
    '[x]',
    '[',
    'x\n',
    'x\n\n',
    '\n',
    'x: y\n',
    'x: y',
    'x:\n',
    'x: {y: z}',
    'x: |\n  y\n',
    'x: >-\n  y\n',
    '- x',
    '- x\n',
    '- {x: y}\n',
    "'x'",
    '"x"',
    '#',
    '# x\n',
    '---',
    '--- ',
    '---\n',
    '...\n',
    '%YAML 1.2\n---\n',
    '!x ',
    '!!map ',
    '&x ',
    '*x',
    '? x',
    '|\n',
    '>\n',
    '@x',
    '`x`',
    '\ufeff',
    'x\u2028',
    'x\u0085',
    'x\r',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n',
    'apiVersion: builtin\nkind: HashTransformer\nmetadata: {name: x}\n',
    'apiVersion: builtin\nkind: HashTransformer\n',
    'kind: HashTransformer\n',
    'apiVersion: v1\n',
    'apiVersion: builtin\nkind: HashTransformer\nmetadata: {name: null}\nx: y',
  ]);
  const name = draw.pick(counterparts[kind]);
  const climb = draw.pick(['/../', '/../', '/x/../../', ' /../', '/./../']);
  return `${start}${climb}${wayOut(directory)}${name}${draw.pick(['', '', '', '\n', '}', '#'])}`;
}

/** A text that stays inside, spelled otherwise. */
export function respelledReference(target: string, directory: string, draw: Draw): string {
  const [first = '', ...rest] = target.split('/');
  return draw.pick<() => string>([
    () => `./${target}`,
    () => `./${target}`,
    () => `${target}/`,
    () => `.//${target}`,
    () => `././${target}`,
    () => `${first}//${rest.join('/')}`,
    () => `${first}/./${rest.join('/')}`,
    () => `${first}/../${target}`,
    () => target.toUpperCase(),
    () => ` ${target}`,
    () => `${target} `,
    () => `${target}\n`,
    () => (directory === '' ? target : `../${directory.split('/').at(-1)}/${target}`),
    () => '.',
    () => './',
    () => '..',
    () => '',
    () => 'null',
    () => '~',
    () => 'no-such-file.yaml',
    () => 'no-such-directory',
    () => `${target}?ref=main`,
    () => `${target}//base`,
    () => `${target}.git`,
  ])();
}
