// Renews scripts/image/image-lock.json: for each architecture of the image, the Debian packages that are served now, as the
// archive's signed index names them: `npm run image:lock`. `--output FILE` writes another file.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeWhole } from './files/write-whole.mjs';
import { failOnArchiveError } from './image/archive-error.mjs';
import { archiveOptions, readArchiveOptions } from './image/archive-options.mjs';
import { DebianArchive } from './image/debian-archive.mjs';
import { formatLock, lockPath } from './image/image-lock.mjs';
import { architectures, debianPackages } from './image/platforms.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const from = process.env.INIT_CWD ?? process.cwd();
const { values } = parseArgs({ options: { ...archiveOptions, output: { type: 'string' } } });

await renewLock().catch(failOnArchiveError);

async function renewLock() {
  const path = values.output === undefined ? lockPath(root) : resolve(from, values.output);
  const found = {};
  for (const architecture of architectures) found[architecture] = await newestPackages(architecture);
  const text = formatLock(found);
  const isSame = text === (await readFile(path, 'utf8').catch(() => ''));
  if (!isSame) await writeWhole(path, text);
  console.log(isSame ? `${path} is what Debian serves.` : `${path} is renewed. Read the difference, and commit it.`);
}

async function newestPackages(architecture) {
  const archive = new DebianArchive({ architecture, ...readArchiveOptions(values, { env: process.env, root, from }) });
  const packages = [];
  for (const { name } of debianPackages) packages.push({ name, ...(await archive.newest(name)) });
  for (const { name, version } of packages) console.log(`${architecture} ${name} ${version}`);
  return packages;
}
