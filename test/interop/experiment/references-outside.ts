import type { Draw } from './draw.ts';
import { outsideHosts, stage } from './outside.ts';
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

const hostSpellings: readonly [string, ...string[]] = [
  ...outsideHosts,
  'github.com',
  'GitHub.com',
  'g\u0130thub.com',
  'g\u0131thub.com',
  'github.com.',
  '\uff47ithub.com',
  'GITHUB.COM',
  'gh',
  '127.0.0.1:9377',
  '127.1',
  '[::1]',
  'localhost',
];

/** A text by which kustomize, Git or Helm may know something remote, or nearly so. */
export function remoteReference(draw: Draw): string {
  const host = draw.pick(hostSpellings);
  const repository = draw.pick(['x/y', 'example/repo', 'x/y.git', 'x/_git/y', 'x/y//base', 'x']);
  const query = draw.pick(['', '', '', '?ref=main', '?version=v1', '?submodules=false', '#main', '?timeout=1']);
  const form = draw.pick<(at: string) => string>([
    (at) => `https://${at}`,
    (at) => `http://${at}`,
    (at) => `HTTP://${at}`,
    (at) => `hTtps://${at}`,
    (at) => `https:/${at}`,
    (at) => `http:${at}`,
    (at) => `https:\\\\${at}`,
    (at) => `//${at}`,
    (at) => `git::https://${at}`,
    (at) => `git::${at}`,
    (at) => `git::git@${at.replace('/', ':')}`,
    (at) => `git@${at.replace('/', ':')}`,
    (at) => `git@${at}`,
    (at) => `GIT@${at.replace('/', ':')}`,
    (at) => `user@${at.replace('/', ':')}`,
    (at) => `ssh://git@${at}`,
    (at) => `ssh://${at}`,
    (at) => `SSH://${at}`,
    (at) => `git://${at}`,
    (at) => `git+ssh://${at}`,
    (at) => `org-1@${at}`,
    (at) => at,
    (at) => at,
    (at) => at.replace('/', ':'),
    (at) => `./${at}`,
    (at) => `oci://${at}`,
    (at) => `s3::https://${at}`,
    (at) => `gcs::https://${at}`,
    (at) => `file::${stage}/evil?${at}`,
  ]);
  const spaced = draw.pick<(at: string) => string>([
    (at) => at,
    (at) => at,
    (at) => at,
    (at) => at,
    (at) => ` ${at}`,
    (at) => `${at}\n`,
    (at) => `\u00a0${at}`,
  ]);
  return spaced(form(`${host}/${repository}${query}`));
}

/** A path that is like what kustomize takes for a repository: of some of these it may think so, of others a reader may. */
export function nearlyRemoteReference(draw: Draw): string {
  const host = draw.pick([
    'g\u0130thub.com',
    'g\u0131thub.com',
    'GITHUB.com',
    'github.comx',
    'github.com.x',
    'xgithub.com',
    'www.github.com',
    'github.com:443',
    'github%2ecom',
    'github\uff0ecom',
    'git\u200bhub.com',
    'gith\u00fcb.com',
    'gitlab.com',
    'bitbucket.org',
    'dev.azure.com',
    'git',
    'gh',
    'git@github.com',
    'user@outside.example',
    'org-1@outside.example',
    'outside.example',
    'git-codecommit.us-east-2.amazonaws.com',
    'http',
    'https:',
    'git::x',
    'file:',
    'ssh:',
  ]);
  const path = draw.pick(['example/repo', 'x/y.git', 'x/y', 'x/_git/y', 'x.git/y', 'x', 'x/y?ref=main', 'x//y', 'x/y/']);
  return draw.pick([
    `${host}/${path}`,
    `${host}/${path}`,
    `${host}/${path}`,
    `./${host}/${path}`,
    `x/${host}/${path}`,
    `${host}:${path}`,
  ]);
}

/** A text that names the counterpart outside in a way that a reader may not see through, or that only looks so. */
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
    () => `{x}/../${far}`,
    () => `x\n/../${far}`,
    () => `- a/../${far}`,
    () => `a: b/../${far}`,
    () => `'a'/../${far}`,
    () => `#/../${far}`,
    () => `--- /../${far}`,
    () => `!x /../${far}`,
    () => `&x /../${far}`,
    () => `[x]/../${far}`,
    () => `${stage}/world-0/neighbours/${name}`,
    () => `/proc/self/cwd/${name}`,
    () => `x=y=${far}`,
    () => `=${far}`,
    () => `${out}package/cm.yaml`,
  ])();
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
