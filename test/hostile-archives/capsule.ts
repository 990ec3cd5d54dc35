import { createHash } from 'node:crypto';
import { formatRelease, parseReleaseRecord, type ReleaseRecord } from '@release-capsule/schema';
import { gzip } from './raw-gzip.ts';
import { directory, file, type RawEntry } from './raw-tar.ts';

const commit = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const provenance = '{"_type":"https://in-toto.io/Statement/v1"}\n';
const sbom = '{"spdxVersion":"SPDX-2.3"}\n';
const kustomization = 'resources: [deployment.yaml]\n';
const deployment = 'apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: app}]}}}\n';

/** Where hostile entries are put: deep in the package. */
export const base = 'package/kustomize/base/';

/** The record of the capsule that each hostile archive is made from, and that its manifest would hold. */
export const record: ReleaseRecord = parseReleaseRecord({
  schemaVersion: 'release-capsule/v1',
  name: 'app',
  gitCommit: commit,
  image: { repoURL: 'ghcr.io/example/app', tag: `git-${commit}`, digest: `sha256:${'a'.repeat(64)}`, names: [{ name: 'app' }] },
  images: [],
  package: { kind: 'kustomize', path: 'package/kustomize', digest: packageDigest() },
  metadata: { provenancePath: 'metadata/provenance.json', sbomPath: 'metadata/sbom.json' },
  source: {
    repoURL: 'https://github.com/example/app',
    path: 'k8s/kustomize',
    include: [],
    exclude: [],
    dereferenced: [],
    additions: [],
  },
  annotations: {},
});

/** The lines of docs/format.md, written out. */
function packageDigest(): string {
  const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
  const lines = `${hex(deployment)}  base/deployment.yaml\n${hex(kustomization)}  base/kustomization.yaml\n`;
  return `sha256:${hex(lines)}`;
}

/** The text of the record. */
export const recordText: string = Buffer.from(formatRelease(record)).toString();

/** The entries of the capsule that each hostile archive is made from. */
export const entries: readonly RawEntry[] = [
  directory('metadata/'),
  file('metadata/provenance.json', provenance),
  file('metadata/sbom.json', sbom),
  directory('package/'),
  directory('package/kustomize/'),
  directory(base),
  file(`${base}deployment.yaml`, deployment),
  file(`${base}kustomization.yaml`, kustomization),
  file('release.yaml', recordText),
];

/** The two zero blocks at the end. */
export const endOfArchive: Buffer = Buffer.alloc(1024);

/** Puts entries into a tar, in the order given, and ends it. */
export function tar(list: readonly RawEntry[], end: Uint8Array = endOfArchive): Buffer {
  return Buffer.concat([...list.map(({ blocks }) => blocks), end]);
}

/** The capsule with these entries beside its own, each where it sorts. */
export function withEntries(...added: readonly RawEntry[]): Buffer {
  return gzip(tar(sorted([...entries, ...added])));
}

/** The capsule with these entries instead of those of the same paths. */
export function withReplaced(...replacements: readonly RawEntry[]): Buffer {
  const paths = new Set(replacements.map(({ path }) => path));
  return gzip(tar(sorted([...entries.filter(({ path }) => !paths.has(path)), ...replacements])));
}

/** The capsule without the entries whose path begins so. */
export function withoutEntries(...prefixes: readonly string[]): readonly RawEntry[] {
  return entries.filter(({ path }) => !prefixes.some((prefix) => path.startsWith(prefix)));
}

/** Sorts by the bytes of the paths; what is of one path stays as it was given. */
export function sorted(list: readonly RawEntry[]): readonly RawEntry[] {
  return list.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
