import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const rule = `\n${'-'.repeat(80)}\n`;

/** Writes up the licence of every third-party package that one of the bundled files belongs to. */
export async function collectLicenses(root, inputs) {
  const foreign = inputs.filter((path) => path.includes('node_modules/'));
  const folders = new Set(foreign.map((path) => packageFolderOf(resolve(root, path))));
  const notices = await Promise.all([...folders].map(describePackage));
  const sorted = [...new Set(notices)].sort((a, b) => (a < b ? -1 : 1));
  return ['The `capsule` program contains these packages.', ...sorted].join(rule) + '\n';
}

/** The folder right below the last node_modules: a package may hold further package.json files that name none. */
function packageFolderOf(file) {
  const [, inside, name] = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (inside === undefined || name === undefined) throw new Error(`${file} belongs to no package`);
  return join(inside, name);
}

async function describePackage(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const texts = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  // Better no bundle than one that passes on what nobody has licensed.
  if (texts.length === 0 && typeof license !== 'string') throw new Error(`${name} ${version} states no licence`);
  const bodies = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, '', ...bodies.map((body) => body.trim())].join('\n');
}
