// Builds the container image of the verify service, with Node, apt and dpkg-deb and no daemon:
// `npm run image -- --output oci:DIR`, or `--output REGISTRY/REPOSITORY[:TAG]`. Prints what was made, as one line of JSON.
// `--documents DIR` writes SBOM and provenance as predicates, for `cosign attest`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadDockerCredentials, openLayout, openRegistry, parseReference } from '../packages/oci/src/index.ts';
import { buildImage } from './image/build-image.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const from = process.env.INIT_CWD ?? process.cwd();
const options = { output: { type: 'string' }, documents: { type: 'string' }, 'plain-http': { type: 'boolean', default: false } };
const { values } = parseArgs({ options });
if (values.output === undefined) throw new Error('Say where the image goes: --output oci:DIR');

const reference = parseReference(values.output);
const { made, ...documents } = await buildImage(await openTarget(reference), { root, env: process.env, tag: reference.tag });
if (values.documents !== undefined) await writePredicates(resolve(from, values.documents), documents);
console.log(JSON.stringify({ output: values.output, ...made }));

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
