// Builds the container image of the verify service, with Node, apt and dpkg-deb and no daemon:
// `npm run image -- --output oci:DIR`, or `--output REGISTRY/REPOSITORY[:TAG]`. Prints what was made, as one line of JSON.
// `--documents DIR` writes SBOM and provenance as predicates, for `cosign attest`. `--locked` takes no Debian package but the
// locked ones; `--lock FILE` names another lock, `--cache DIR` where packages are kept. docs/deploy.md says how Debian is found.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadDockerCredentials, openLayout, openRegistry, parseReference } from '../packages/oci/src/index.ts';
import { failOnArchiveError } from './image/archive-error.mjs';
import { archiveOptions, readArchiveOptions } from './image/archive-options.mjs';
import { buildImage } from './image/build-image.mjs';
import { lockPath } from './image/image-lock.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const from = process.env.INIT_CWD ?? process.cwd();
const options = {
  output: { type: 'string' },
  documents: { type: 'string' },
  'plain-http': { type: 'boolean', default: false },
  locked: { type: 'boolean', default: false },
  lock: { type: 'string' },
  ...archiveOptions,
};
const { values } = parseArgs({ options });
if (values.output === undefined) throw new Error('Say where the image goes: --output oci:DIR');

await build(parseReference(values.output)).catch(failOnArchiveError);

async function build(reference) {
  const lock = values.lock === undefined ? lockPath(root) : resolve(from, values.lock);
  const target = await openTarget(reference);
  const { made, ...documents } = await buildImage(target, { root, env: process.env, tag: reference.tag, lock, archive: archiveSettings() });
  if (values.documents !== undefined) await writePredicates(resolve(from, values.documents), documents);
  for (const { name, version, sha256 } of made.packages) console.error(`took ${name} ${version} of Debian, SHA-256 ${sha256}`);
  console.log(JSON.stringify({ output: values.output, ...made }));
}

function archiveSettings() {
  const warn = (text) => console.error(`warning: ${text}`);
  return { locked: values.locked, warn, ...readArchiveOptions(values, { env: process.env, root, from }) };
}

function openTarget({ kind, directory, registry, repository }) {
  if (kind === 'layout') return openLayout(resolve(from, directory), { create: true });
  const credentials = loadDockerCredentials({ env: process.env });
  return openRegistry({ registry, repository }, { credentials, ...(values['plain-http'] && { plainHttp: true }) });
}

async function writePredicates(folder, { sbom, provenance }) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sbom.spdx.json'), sbom);
  await writeFile(join(folder, 'provenance.json'), JSON.stringify(JSON.parse(provenance).predicate));
}
