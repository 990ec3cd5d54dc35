import { createHash } from 'node:crypto';
import { digestAlgorithm, digestOf, isOciDigest } from '../../digest.ts';
import { mediaTypes } from '../../media-types.ts';
import { readFields, type FakeRepository } from './fake-content.ts';

/** A request as the handlers see it: read whole. */
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The write is to be answered, not done. */
  readonly loseWrite: boolean;
}

/** An answer before faults. */
export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** How a fake registry behaves where the specification leaves a choice. */
export interface FakeBehaviour {
  /** `redirect` answers as GHCR does: 303 to a web page elsewhere. */
  readonly referrers: 'api' | 'none' | 'redirect';
  readonly referrersPageSize: number;
  /** Acknowledges a subject with `OCI-Subject`, where it has the referrers API. */
  readonly subjectHeader: boolean;
  /** Lists referrers under their config's media type, as go-containerregistry's registry does. */
  readonly listConfigTypes: boolean;
  /** Sends ETag and honours If-Match and If-None-Match. */
  readonly conditionalWrites: boolean;
  /** Refuses to let a tag name another manifest, in the words of ECR. */
  readonly immutableTags: boolean;
  /** What stands before the path in an upload's Location. */
  readonly uploadBase: string;
  /** Query that an upload's Location carries, as `_state=abc`. */
  readonly uploadQuery: string;
}

const maxManifestBytes = 4 * 1024 * 1024;

/** Serves `blobs/<digest>`. */
export function serveBlob(repository: FakeRepository, digest: string, request: FakeRequest): FakeAnswer {
  const bytes = repository.blobs.get(digest);
  if (bytes === undefined) return refuse(404, 'BLOB_UNKNOWN', `blob unknown to registry: ${digest}`);
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  const start = /^bytes=([0-9]+)-$/.exec(request.headers['range'] ?? '')?.[1];
  if (start === undefined) return { status: 200, headers, body: bytes };
  if (Number(start) >= bytes.length) return refuse(416, 'RANGE_INVALID', 'no such range');
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...headers, 'content-range': range }, body: bytes.subarray(Number(start)) };
}

/** Serves `blobs/uploads/`: opens an upload. */
export function openUpload(name: string, session: string, behaviour: FakeBehaviour): FakeAnswer {
  const query = behaviour.uploadQuery === '' ? '' : `?${behaviour.uploadQuery}`;
  const location = `${behaviour.uploadBase}/v2/${name}/blobs/uploads/${session}${query}`;
  return { status: 202, headers: { location, range: '0-0' } };
}

/** Serves the PUT that ends an upload. */
export function endUpload(repository: FakeRepository, request: FakeRequest, behaviour: FakeBehaviour): FakeAnswer {
  const digest = request.url.searchParams.get('digest') ?? '';
  if (!isOciDigest(digest)) return refuse(400, 'DIGEST_INVALID', 'no digest');
  const stateKept = request.url.search.startsWith(`?${behaviour.uploadQuery}`);
  if (!stateKept) return refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'state lost');
  if (request.headers['content-length'] === undefined) return refuse(411, 'SIZE_INVALID', 'length required');
  const actual = digestOf(request.body, digestAlgorithm(digest));
  if (actual !== digest) return refuse(400, 'DIGEST_INVALID', 'digest mismatch');
  if (!request.loseWrite) repository.blobs.set(digest, request.body);
  return { status: 201, headers: { location: request.url.pathname, 'docker-content-digest': digest } };
}

/** Serves GET and HEAD of `manifests/<reference>`. */
export function serveManifest(
  repository: FakeRepository,
  reference: string,
  { request, behaviour }: { readonly request: FakeRequest; readonly behaviour: FakeBehaviour },
): FakeAnswer {
  const manifest = repository.findManifest(reference);
  if (manifest === undefined) return refuse(404, 'MANIFEST_UNKNOWN', `manifest unknown: ${reference}`);
  const accepted = (request.headers['accept'] ?? '').split(',').map((type) => type.trim());
  if (!accepted.includes(manifest.mediaType) && !accepted.includes('*/*')) {
    return refuse(404, 'MANIFEST_UNKNOWN', `found, but the accept header does not support ${manifest.mediaType}`);
  }
  const etag = behaviour.conditionalWrites ? { etag: etagOf(manifest.bytes) } : {};
  const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest, ...etag };
  return { status: 200, headers, body: manifest.bytes };
}

/** Serves PUT of `manifests/<reference>`. */
export function storeManifest(
  repository: FakeRepository,
  reference: string,
  { request, behaviour }: { readonly request: FakeRequest; readonly behaviour: FakeBehaviour },
): FakeAnswer {
  const mediaType = request.headers['content-type'] ?? '';
  const manifest = { mediaType, bytes: request.body };
  if (manifest.bytes.length > maxManifestBytes) return refuse(413, 'SIZE_INVALID', 'manifest too large');
  const digest = digestOf(manifest.bytes, isOciDigest(reference) ? digestAlgorithm(reference) : 'sha256');
  if (isOciDigest(reference) && digest !== reference) return refuse(400, 'DIGEST_INVALID', 'digest mismatch');
  if (behaviour.conditionalWrites && !conditionHolds(repository, reference, request)) {
    return refuse(412, 'DENIED', 'the condition does not hold');
  }
  const taken = repository.tags.get(reference);
  if (behaviour.immutableTags && taken !== undefined && taken !== digest) {
    return refuse(400, 'TAG_INVALID', `The image tag '${reference}' already exists and cannot be overwritten because the tag is immutable.`);
  }
  const missing = repository.missingContent(manifest);
  if (missing !== undefined) return refuse(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing}`);
  if (!request.loseWrite) {
    repository.manifests.set(digest, manifest);
    if (!isOciDigest(reference)) repository.tags.set(reference, digest);
  }
  const subject = readFields(manifest.bytes).subject?.digest;
  const acknowledged = behaviour.referrers === 'api' && behaviour.subjectHeader;
  const indexed = subject !== undefined && acknowledged ? { 'oci-subject': subject } : {};
  return { status: 201, headers: { 'docker-content-digest': digest, ...indexed } };
}

/** Serves `referrers/<digest>`. */
export function listReferrers(
  repository: FakeRepository,
  subject: string,
  { request, behaviour }: { readonly request: FakeRequest; readonly behaviour: FakeBehaviour },
): FakeAnswer {
  if (behaviour.referrers === 'none') return { status: 404, body: Buffer.from('404 page not found') };
  if (behaviour.referrers === 'redirect') return { status: 303, headers: { location: 'https://web.invalid/' } };
  const wanted = request.url.searchParams.get('artifactType');
  const listed = repository.referrers(subject, behaviour.listConfigTypes);
  const all = listed.filter(({ artifactType }) => wanted === null || artifactType === wanted);
  const start = Number(request.url.searchParams.get('from') ?? 0);
  const end = start + behaviour.referrersPageSize;
  const next = new URL(request.url);
  next.searchParams.set('from', String(end));
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: all.slice(start, end) };
  return {
    status: 200,
    headers: {
      'content-type': mediaTypes.imageIndex,
      ...(wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...(end < all.length ? { link: `<${next.pathname}${next.search}>; rel="next"` } : {}),
    },
    body: Buffer.from(JSON.stringify(index)),
  };
}

/** Makes an error answer. Source: OCI distribution-spec v1.1.1, "Error Codes". */
export function refuse(status: number, code: string, message: string): FakeAnswer {
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message }] }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function conditionHolds(repository: FakeRepository, reference: string, { headers }: FakeRequest): boolean {
  const present = repository.findManifest(reference);
  if (headers['if-none-match'] === '*' && present !== undefined) return false;
  const wanted = headers['if-match'];
  return wanted === undefined || (present !== undefined && wanted === etagOf(present.bytes));
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
