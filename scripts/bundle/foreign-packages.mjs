import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Lists the third-party packages that bundled files belong to, each once, by name and version. */
export async function foreignPackages(root, inputs) {
  const foreign = inputs.filter((path) => path.includes('node_modules/'));
  const folders = [...new Set(foreign.map((path) => packageFolderOf(resolve(root, path))))];
  const packages = await Promise.all(folders.map(readManifest));
  return [...new Map(packages.sort(byName).map((found) => [`${found.name}@${found.version}`, found])).values()];
}

/** The folder right below the last node_modules: a package may hold further package.json files that name none. */
function packageFolderOf(file) {
  const [, inside, name] = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (inside === undefined || name === undefined) throw new Error(`${file} belongs to no package`);
  return join(inside, name);
}

async function readManifest(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return { name, version, license, folder };
}

function byName(a, b) {
  return `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1;
}
