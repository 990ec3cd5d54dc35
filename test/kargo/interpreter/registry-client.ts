import { createHash } from 'node:crypto';
import { isRecord } from './expression/values.ts';

/** A descriptor, as a manifest lists it. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly data?: string;
  readonly urls?: readonly string[];
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** Where an artifact is. */
export interface Reference {
  readonly host: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What of a manifest is read. */
export interface Manifest {
  readonly mediaType: string;
  readonly layers: readonly Content[];
  readonly manifests: readonly Content[];
}

/** How Kargo's client introduces itself: a registry can tell it from others. */
export const userAgent = 'go-containerregistry/v0.21.7';

const maxManifestBytes = 4 * 1024 * 1024;
const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

/** Splits a reference that has a registry's name. Source: go-containerregistry v0.21.7, pkg/name. */
export function parseReference(text: string): Reference {
  const [, host, repository, tag, digest] = /^(?:oci:\/\/)?([^/]+)\/([^:@]+)(?::([^@]+)|@(sha256:[0-9a-f]{64}))$/.exec(text) ?? [];
  if (host === undefined || repository === undefined) throw new Error(`invalid image reference "${text}"`);
  return { host, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/**
 * Fetches a manifest. Only one that was asked for by its digest is checked against it: what a tag names is believed.
 * Source: go-containerregistry v0.21.7, pkg/v1/remote/fetcher.go, fetchManifest.
 */
export async function fetchManifest({ host, repository, tag, digest }: Reference): Promise<Manifest> {
  const answer = await get(`http://${host}/v2/${repository}/manifests/${digest ?? tag}`, { accept: manifestTypes.join(',') });
  const bytes = await bounded(answer, maxManifestBytes);
  if (digest !== undefined && digestOf(bytes) !== digest) {
    throw new Error(`manifest digest: "${digestOf(bytes)}" does not match requested digest: "${digest}"`);
  }
  return readManifest(JSON.parse(bytes.toString()), answer.headers.get('content-type') ?? '');
}

/** Fetches a blob, which must have the size and the digest that its descriptor says. Source: pkg/v1/remote/image.go, Compressed. */
export async function fetchBlob({ host, repository }: Reference, { digest, size, data, urls }: Content): Promise<Buffer> {
  if (urls !== undefined) throw new Error('the interpreter does not know foreign layers');
  const url = `http://${host}/v2/${repository}/blobs/${digest}`;
  const bytes = data === undefined ? await bounded(await get(url), size) : Buffer.from(data, 'base64');
  if (bytes.length === size && digestOf(bytes) === digest) return bytes;
  throw new Error(`error verifying ${digest}: got ${bytes.length} bytes of ${digestOf(bytes)}`);
}

async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const answer = await fetch(url, { headers: { ...headers, 'user-agent': userAgent } });
  if (!answer.ok) throw new Error(`GET ${url}: unexpected status code ${answer.status}`);
  return answer;
}

async function bounded(answer: Response, max: number): Promise<Buffer> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (bytes.length > max) throw new Error(`the registry sent ${bytes.length} bytes, at most ${max} were expected`);
  return bytes;
}

function readManifest(value: unknown, contentType: string): Manifest {
  if (!isRecord(value)) throw new Error('the manifest is not an object');
  const { layers = [], manifests = [] } = value as Partial<Manifest>;
  return { mediaType: contentType, layers, manifests };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
