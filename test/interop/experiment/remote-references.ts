import type { Draw } from './draw.ts';
import { outsideHosts, stage } from './outside.ts';

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

/** A path that resembles a repository: kustomize may take some of these for one, and another reader others. */
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
