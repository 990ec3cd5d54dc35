import { tmpdir } from 'node:os';
import { Spool } from '@release-capsule/oci';
import { defaultLimits, formatRelease, gzipCanonical, parseDigest, parseEntryPath, readContent, writeArchive } from '@release-capsule/schema';
import { record } from '../../claims/testing/release.ts';
import { SpooledTree } from '../spooled-tree.ts';
import { acceptCapsule, type VerifiedCapsule } from '../verified-capsule.ts';

/** A file of a test capsule: its text, or the text of an executable one. */
export type AcceptedFile = string | Uint8Array | { readonly script: string };

/** What is in `release.yaml` of an unpacked capsule: the record of {@link accepted} ones, in its canonical form. */
export const recordText: string = Buffer.from(formatRelease(record)).toString();

const createdAt = 1_772_600_767;

/** Makes a capsule that can be unpacked, as if a verification had accepted it. */
export async function accepted(files: Readonly<Record<string, AcceptedFile>>): Promise<VerifiedCapsule> {
  const sources = Object.entries(files).map(([path, content]) => {
    const executable = typeof content === 'object' && 'script' in content;
    const bytes = Buffer.from(executable ? content.script : content);
    const read = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
    };
    return { path: parseEntryPath(path), size: bytes.byteLength, executable, content: read };
  });
  const archive = gzipCanonical(writeArchive(sources, { mtime: createdAt }));
  const layer = await Spool.fill(archive, { directory: tmpdir(), maxBytes: defaultLimits.maxLayerBytes });
  const digest = parseDigest(layer.digest);
  const manifest = { config: new Uint8Array(), configDigest: digest, layer: { digest, size: layer.size }, createdAt, annotations: {} };
  const tree = await SpooledTree.open(tmpdir());
  const content = await readContent(layer.read(), { record, manifest, keep: () => undefined, also: tree });
  await layer.close();
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
  return acceptCapsule({ descriptor, record, files: content.files, tree });
}
