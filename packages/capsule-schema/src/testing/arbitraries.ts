import fc from 'fast-check';
import { type Digest, parseDigest } from '../digest.ts';
import type { ImageLock, LockRendering } from '../lock/image-lock.ts';
import type { CapsuleManifest } from '../manifest/encode-manifest.ts';
import { type EntryPath, parseEntryPath } from '../path/entry-path.ts';
import { PathSet } from '../path/path-set.ts';
import { compareImageNames } from '../record/check-naming.ts';
import {
  type ImageName,
  type ImageNaming,
  type ImageValues,
  type PackageKind,
  packageKinds,
  type ReleaseRecord,
  schemaVersion,
} from '../record/release-record.ts';
import type { TreeFile } from './trees.ts';

function oneOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from(characters));
}

function hex(length: number): fc.Arbitrary<string> {
  return fc.string({ unit: oneOf('0123456789abcdef'), minLength: length, maxLength: length });
}

/** Any SHA-256 digest. */
export const digests: fc.Arbitrary<Digest> = hex(64).map((digits) => parseDigest(`sha256:${digits}`));

/** Any whole second that a capsule can hold. */
export const times: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 33 - 1 });

const trickyCharacters = '"\\\'#:-?&*!|>%@`{}[], \t\n\r\0\u0085\u00a0\u2028\ufeff\u{1f600}éß';
const trickyTexts = ['', 'null', '~', 'yes', 'NO', '1e3', '0x1F', '012', '1:30', '2026-11-20', '<<', '.inf', '10', '9'];

/** Any text that a record can hold: every code point but lone surrogates, controls and quotes above all. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: oneOf(trickyCharacters), maxLength: 12 }),
  fc.constantFrom(...trickyTexts),
);

const segments = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: oneOf('abcAB.-_ 1'), minLength: 1, maxLength: 8 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 255 }).map((length) => 'n'.repeat(length)) },
  { weight: 1, arbitrary: fc.constantFrom('é', 'ñandú', '\u{10348}', '\uffee', '@PaxHeader', '@PaxPath') },
);

/** Any path that a capsule accepts: short, long, beyond ASCII and beyond the basic plane. */
export const entryPaths: fc.Arbitrary<EntryPath> = fc
  .array(segments, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/').normalize('NFC'))
  .filter(isEntryPath)
  .map(parseEntryPath);

function isEntryPath(path: string): boolean {
  try {
    return parseEntryPath(path) === path;
  } catch {
    return false;
  }
}

const longContents = fc.integer({ min: 0, max: 1600 }).map((size) => Buffer.alloc(size, 'x'));

/** Any set of files without collisions, in any order. */
export const trees: fc.Arbitrary<readonly TreeFile[]> = fc
  .array(
    fc.record({
      path: entryPaths,
      bytes: fc.oneof(fc.uint8Array({ maxLength: 40 }), longContents),
      executable: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map(withoutCollisions);

function withoutCollisions(files: readonly TreeFile[]): readonly TreeFile[] {
  const kept: TreeFile[] = [];
  for (const file of files) {
    kept.push(file);
    if (collides(kept)) kept.pop();
  }
  return kept;
}

function collides(files: readonly TreeFile[]): boolean {
  const set = new PathSet();
  try {
    for (const { path } of files) set.add(path);
    return false;
  } catch {
    return true;
  }
}

const commits = fc.oneof(hex(40), hex(64), fc.constant('1'.repeat(40)));
const tags = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/);
const repositories = fc.constantFrom('ghcr.io/example/app', '127.0.0.1:5000/b_c/d--e', '[::1]:5000/x', 'R.example/a.b');
const patterns = fc.array(fc.constantFrom('**', '*.yaml', 'base/**', 'a?/b', 'é/**/*.json', 'no'), { maxLength: 3 });
const spellings = fc.constantFrom('app', 'redis', 'example/app', 'ghcr.io/example/app', '127.0.0.1:5000/b_c/d--e', 'R.example/a.b', 'no');

/** How one package may name some images: every name means one image, each list in its order. */
function namings(images: number): fc.Arbitrary<readonly (readonly ImageName[])[]> {
  const shares = fc.uniqueArray(fc.tuple(spellings, fc.uniqueArray(fc.option(tags, { nil: undefined }), { minLength: 1, maxLength: 3 })), {
    selector: ([name]) => name,
    minLength: images,
    maxLength: images + 2,
  });
  return shares.map((all) =>
    Array.from({ length: images }, (_, index) =>
      all.filter((_share, at) => at % images === index).flatMap(([name, tagged]) => namesOf(name, tagged)).sort(compareImageNames),
    ),
  );
}

function namesOf(name: string, tagged: readonly (string | undefined)[]): readonly ImageName[] {
  return tagged.includes(undefined) ? [{ name }] : tagged.map((tag) => ({ name, ...(tag !== undefined && { tag }) }));
}

const valuePaths = fc.uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_-]{1,6}$/), { minLength: 5, maxLength: 5 });
const valueKeys = fc.subarray(['tag', 'digest', 'registry'] as const);

/** Any paths of a chart's values that set an image. */
export const imageValues: fc.Arbitrary<ImageValues> = fc.tuple(valuePaths, valueKeys, fc.boolean()).map(([paths, keys, isWhole]) => {
  const [at = 'image', ...leaves] = paths.map((path, index) => (index === 0 ? path : `${paths[0]}.${path}`));
  if (isWhole) return { image: at };
  return { repository: leaves[0] ?? at, ...Object.fromEntries(keys.map((key, index) => [key, leaves[index + 1]])) };
});
const images = fc.uniqueArray(
  fc.record({ repoURL: repositories, digest: digests, tag: tags, values: imageValues }, { requiredKeys: ['repoURL', 'digest'] }),
  { maxLength: 3, selector: ({ repoURL, digest }) => `${repoURL}@${digest}` },
);
const applicationImages = fc.record(
  { repoURL: fc.constant('quay.io/the/app'), tag: tags, digest: digests, values: imageValues },
  { requiredKeys: ['repoURL', 'tag', 'digest'] },
);
const links = fc.uniqueArray(fc.record({ path: entryPaths, target: texts.filter((text) => text !== '') }), {
  maxLength: 2,
  selector: ({ path }) => path,
});
const additions = fc.uniqueArray(
  fc.record({ path: entryPaths, sha256: hex(64), reason: texts.filter((text) => text !== '') }),
  { maxLength: 2, selector: ({ path }) => path },
);
const annotations = fc
  .array(fc.tuple(texts.filter((text) => text !== ''), texts), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));

interface NamingDraft {
  readonly kind: PackageKind;
  readonly image: Partial<ImageNaming> | undefined;
  readonly names: readonly (readonly ImageName[])[];
  readonly isNamed: boolean;
}

function withNames<Image extends Partial<ImageNaming>>(
  { values, ...image }: Image,
  names: readonly ImageName[] | undefined,
  { kind, isNamed }: NamingDraft,
): Omit<Image, 'values'> & Partial<ImageNaming> {
  return { ...image, ...(isNamed && names !== undefined && { names }), ...(kind === 'helm' && values !== undefined && { values }) };
}

function namesOrValues({ kind, image, names: [names = []], isNamed }: NamingDraft): readonly ImageName[] {
  return kind === 'helm' && image?.values !== undefined && !isNamed ? [] : names;
}

const versions = fc.stringMatching(/^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$/);
const renderings: fc.Arbitrary<LockRendering> = fc.record(
  {
    by: fc.record({ kustomize: versions, helm: versions }, { requiredKeys: ['helm'] }),
    kubeVersion: versions,
    values: fc.array(texts.filter((text) => text !== ''), { maxLength: 2 }),
    probe: fc.constant(true as const),
  },
  { requiredKeys: ['by'] },
);

const lockEntries = fc.record(
  { repository: repositories, tag: tags, digest: digests, values: imageValues },
  { requiredKeys: ['repository', 'digest'] },
);

/** Any valid lock. */
export const imageLocks: fc.Arbitrary<ImageLock> = fc
  .tuple(namings(4), fc.array(lockEntries, { maxLength: 3 }), renderings, fc.boolean())
  .map(([[own = [], ...others], entries, rendered, isWhole]) => ({
    ...(isWhole && { image: { repository: 'quay.io/the/app', names: own } }),
    images: entries.map((entry, index) => ({ ...entry, names: others[index] ?? [] })),
    ...(isWhole && { rendered }),
  }));

/** Any valid release record. */
export const releaseRecords: fc.Arbitrary<ReleaseRecord> = fc
  .record({
    name: fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/),
    gitCommit: commits,
    kind: fc.constantFrom(...packageKinds),
    digest: digests,
    image: fc.option(applicationImages, { nil: undefined }),
    images,
    names: namings(4),
    isNamed: fc.boolean(),
    proof: fc.boolean(),
    fromGit: fc.boolean(),
    path: fc.oneof(fc.constant('.'), entryPaths),
    include: patterns,
    exclude: patterns,
    dereferenced: links,
    additions,
    annotations,
  })
  .map((draft) => ({
    schemaVersion,
    name: draft.name,
    gitCommit: draft.gitCommit,
    ...(draft.image && { image: { ...withNames(draft.image, draft.names[0], draft), names: namesOrValues(draft) } }),
    images: draft.images.map((image, index) => withNames(image, draft.names[index + 1], draft)),
    package: { kind: draft.kind, path: `package/${draft.kind}`, digest: draft.digest },
    metadata: {
      provenancePath: 'metadata/provenance.json',
      sbomPath: 'metadata/sbom.json',
      ...(draft.fromGit && draft.proof && { sourceProofPath: 'metadata/source-proof.json' }),
    },
    source: {
      repoURL: 'https://github.com/example/app',
      path: draft.path,
      ...(draft.fromGit && { tree: 'ab'.repeat(draft.gitCommit.length / 2) }),
      include: draft.include,
      exclude: draft.exclude,
      dereferenced: draft.dereferenced,
      additions: draft.additions,
    },
    annotations: draft.annotations,
  }));

/** Everything that decides the bytes of any manifest. */
export const manifests: fc.Arbitrary<CapsuleManifest> = fc.record({
  record: releaseRecords,
  layer: fc.record({ digest: digests, size: fc.integer({ min: 0, max: 100 * 1024 * 1024 }) }),
  createdAt: times,
});
