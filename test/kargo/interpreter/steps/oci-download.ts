import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Config } from '../config.ts';
import { type Content, fetchBlob, fetchManifest, type Manifest, parseReference, type Reference } from '../registry-client.ts';
import { secureJoin } from '../secure-join.ts';
import { StepError, type StepContext, type StepResult } from '../step.ts';

const maxArtifactBytes = 100 * 1024 * 1024;
const amd64 = { os: 'linux', architecture: 'amd64' }; // also of a child that names no platform

/** Writes one layer of an artifact to a file, as it is. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/oci_downloader.go. */
export async function ociDownload({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('oci-download', raw);
  const outPath = secureJoin(workDir, config.text('outPath'));
  if (existsSync(outPath) && !config.flag('allowOverwrite')) throw terminal(`file already exists at ${config.text('outPath')}`);
  const reference = parseReference(config.text('imageRef'));
  const layer = chooseLayer(await resolveImage(reference), config.optionalText('mediaType'));
  if (layer.size > maxArtifactBytes) throw terminal(`layer size ${layer.size} exceeds maximum allowed size of ${maxArtifactBytes} bytes`);
  const bytes = await fetchBlob(reference, layer);
  mkdirSync(dirname(outPath), { recursive: true });
  writeFileSync(outPath, bytes, { mode: 0o600 });
  return { status: 'Succeeded' };
}

/** Of an index, the image for linux/amd64 is taken. Source: go-containerregistry v0.21.7, pkg/v1/remote/descriptor.go, Image. */
async function resolveImage(reference: Reference): Promise<Manifest> {
  const manifest = await fetchManifest(reference);
  if (!/\.(image\.index\.v1|manifest\.list\.v2)\+json$/.test(manifest.mediaType)) return manifest;
  const child = manifest.manifests.find(({ platform = amd64 }) => platform.os === amd64.os && platform.architecture === amd64.architecture);
  if (child === undefined) throw new Error('no child with platform linux/amd64 in index');
  return fetchManifest({ host: reference.host, repository: reference.repository, digest: child.digest });
}

function chooseLayer({ layers }: Manifest, mediaType: string | undefined): Content {
  const layer = mediaType === undefined ? layers[0] : layers.find((each) => each.mediaType === mediaType);
  if (layer !== undefined) return layer;
  throw new Error(layers.length === 0 ? 'image has no layers' : `no layer found with media type "${mediaType}"`);
}

function terminal(message: string): StepError {
  return new StepError(message, { terminal: true });
}
