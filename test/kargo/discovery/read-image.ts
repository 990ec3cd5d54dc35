import type { SubscribedRepository } from './subscribed-repository.ts';

/** What Kargo keeps of an image that it has found. Source: Kargo v1.11.2, pkg/image/image.go. */
export interface DiscoveredImage {
  readonly tag: string;
  readonly digest: string;
  readonly createdAt: Date;
  readonly annotations: Readonly<Record<string, string>>;
}

const manifestTypes = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const indexTypes = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
const zeroTime = new Date('0001-01-01T00:00:00Z');

/**
 * Reads what a tag names as Kargo does, where no platform is asked for. An error here fails the whole Warehouse.
 * Source: Kargo v1.11.2, pkg/image/repository_client.go, `getImageFromRemoteDesc`, `getImageFromV1Image`, `getCreationTime`.
 */
export async function readImage(repository: SubscribedRepository, tag: string): Promise<DiscoveredImage> {
  const { contentType, digest, body } = await repository.getManifest(tag);
  if (indexTypes.includes(contentType)) return { tag, digest, createdAt: zeroTime, annotations: assertPlatforms(body) };
  if (!manifestTypes.includes(contentType)) throw new Error(`unknown artifact type: ${contentType}`);
  const manifest = JSON.parse(body.toString()) as ImageManifest;
  const config = await readConfig(repository, manifest);
  const annotations = manifest.annotations ?? {};
  return { tag, digest, createdAt: creationTime([annotations, config.labels], config.created), annotations };
}

interface ImageManifest {
  readonly config: { readonly digest: string; readonly data?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

function creationTime(sources: readonly Readonly<Record<string, string>>[], fallback: Date): Date {
  for (const source of sources) {
    for (const key of ['org.opencontainers.image.created', 'org.label-schema.build-date']) {
      const value = source[key] ?? '';
      if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return new Date(value);
    }
  }
  return fallback;
}

/** An index none of whose manifests has a platform is an error: that of a signature's fallback tag is one. */
function assertPlatforms(body: Buffer): Readonly<Record<string, string>> {
  const index = JSON.parse(body.toString()) as { readonly manifests: readonly { readonly platform?: { readonly os?: string } }[] };
  if (!index.manifests.some(({ platform }) => platform?.os !== undefined)) {
    throw new Error('empty V2 manifest list or OCI index is not supported');
  }
  return {};
}

const kinds: Readonly<Record<string, 'array' | 'object' | 'string'>> = {
  architecture: 'string',
  author: 'string',
  container: 'string',
  created: 'string',
  docker_version: 'string',
  history: 'array',
  os: 'string',
  rootfs: 'object',
  config: 'object',
  'os.version': 'string',
  variant: 'string',
  'os.features': 'array',
};

/**
 * Decodes the config as an image's, whatever its media type says, with keys in any case.
 * Source: go-containerregistry v0.21.7, pkg/v1/partial/with.go, `ConfigFile`, and pkg/v1/config.go; encoding/json.
 */
async function readConfig(repository: SubscribedRepository, { config }: ImageManifest): Promise<ImageConfig> {
  const bytes = config.data === undefined ? await repository.getBlob(config.digest) : Buffer.from(config.data, 'base64');
  const value: unknown = JSON.parse(bytes.toString());
  if (kindOf(value) !== 'object') throw new Error(`cannot unmarshal ${kindOf(value)} into v1.ConfigFile`);
  const fields = Object.entries(value as object).map(([key, field]) => [key.toLowerCase(), field as unknown] as const);
  for (const [key, field] of fields) {
    const wanted = kinds[key];
    if (wanted === undefined || field === null || kindOf(field) === wanted) continue;
    throw new Error(`cannot unmarshal ${kindOf(field)} into ${key}`);
  }
  const known = Object.fromEntries(fields) as { readonly created?: string; readonly config?: { readonly Labels?: Record<string, string> } };
  return { labels: known.config?.Labels ?? {}, created: known.created === undefined ? zeroTime : new Date(known.created) };
}

interface ImageConfig {
  readonly labels: Readonly<Record<string, string>>;
  readonly created: Date;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
