import { execFile } from 'node:child_process';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run-tool.mjs';

/** The hosts that packages are fetched from, in parts: this file is searched too. `*` is one label or more. */
const registryHosts = [
  ['deb', 'debian', 'org'],
  ['security', 'debian', 'org'],
  ['snapshot', 'debian', 'org'],
  ['archive', 'debian', 'org'],
  ['httpredir', 'debian', 'org'],
  ['ftp', 'debian', 'org'],
  ['ftp', '*', 'debian', 'org'],
  ['http', '*', 'debian', 'org'],
  ['packages', 'debian', 'org'],
  ['archive', 'ubuntu', 'com'],
  ['security', 'ubuntu', 'com'],
  ['ports', 'ubuntu', 'com'],
  ['dl-cdn', 'alpinelinux', 'org'],
  ['registry', 'npmjs', 'org'],
  ['registry', 'npmjs', 'com'],
  ['registry', 'yarnpkg', 'com'],
  ['registry', 'npmmirror', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['deb', 'nodesource', 'com'],
  ['unpkg', 'com'],
  ['cdn', 'jsdelivr', 'net'],
  ['proxy', 'golang', 'org'],
  ['sum', 'golang', 'org'],
  ['goproxy', 'io'],
  ['goproxy', 'cn'],
  ['pypi', 'org'],
  ['pypi', 'python', 'org'],
  ['files', 'pythonhosted', 'org'],
  ['crates', 'io'],
  ['repo', 'maven', 'apache', 'org'],
  ['repo1', 'maven', 'org'],
  ['plugins', 'gradle', 'org'],
  ['rubygems', 'org'],
  ['api', 'nuget', 'org'],
  ['packagist', 'org'],
];

const maxFileBytes = 64 * 1024 * 1024; // the largest files of the tree are test data of some megabytes
const maxListBytes = 16 * 1024 * 1024; // the names of all files

/** A tree that names the registry it was made with would fetch from there on every other machine too. */
export async function checkHosts(folder = root) {
  const hits = [...(await namedHosts(folder)), ...(await lockedAddresses(folder))];
  for (const hit of hits) console.log(hit);
  return hits.length === 0;
}

/** Searches every file that Git would take: tracked, or new and not ignored. */
async function namedHosts(folder) {
  const hits = [];
  for (const path of await listFiles(folder)) {
    const text = await readText(join(folder, path));
    for (const [host] of text.matchAll(hostPattern)) hits.push(`${path}: ${host} is the host of a package registry`);
  }
  return hits;
}

const hostPattern = new RegExp(`(?<![\\w.-])(?:[\\w-]+\\.)*(?:${registryHosts.map(patternOf).join('|')})(?![\\w-]|\\.\\w)`, 'gi');

function patternOf(labels) {
  return labels.map((label) => (label === '*' ? String.raw`[\w-]+(?:\.[\w-]+)*` : label)).join(String.raw`\.`);
}

async function listFiles(folder) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  // In a hook, GIT_DIR and its like name another repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const { stdout } = await promisify(execFile)('git', args, { cwd: folder, env, maxBuffer: maxListBytes });
  return [...new Set(stdout.split('\0'))].filter((path) => path !== '');
}

/** What is tracked may be deleted already, or be a link: then there is nothing to read. */
async function readText(path) {
  const stat = await lstat(path).catch((error) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
  if (stat?.isFile() !== true) return '';
  if (stat.size > maxFileBytes) throw new Error(`${path} has ${stat.size} bytes; ${maxFileBytes} are searched at most.`);
  return readFile(path, 'latin1');
}

/** pnpm writes an address into its lockfile for what is not in the registry that each machine has for itself. */
async function lockedAddresses(folder) {
  const lockfile = await readText(join(folder, 'pnpm-lock.yaml'));
  const lines = lockfile.split('\n').filter((line) => /\btarball:|https?:\/\//.test(line));
  return lines.map((line) => `pnpm-lock.yaml: ${line.trim()}`);
}
