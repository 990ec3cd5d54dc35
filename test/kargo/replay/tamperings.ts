import type { Descriptor } from '@release-capsule/oci';
import { otherDigest, type ReleaseOptions } from '../../releases/release.ts';
import { carryOver, sign } from '../../releases/signing.ts';
import type { FreightImage, TargetFreight } from '../interpreter/expression/freight-functions.ts';
import type { CapsuleShelf } from './capsule-shelf.ts';
import { type Edit, forgeCapsule } from './forge-capsule.ts';
import type { ReplayBench } from './replay-bench.ts';

const noCommit = '0'.repeat(40);
const [sbom, provenance] = ['metadata/sbom.json', 'metadata/provenance.json'] as const;

/** Something that is done to a release at rest: in the registry, or before the Freight was made. */
export interface Tampering {
  readonly name: string;
  /** Does it; returns the Freight that is promoted then. */
  readonly apply: (bench: ReplayBench) => Promise<TargetFreight>;
}

/** All of them, each a way in which what is deployed would not be what was released. */
export const tamperings = {
  otherRelease: put('the tag holds the capsule of another release', async ({ shelf }) => (await shelf.releaseNext()).descriptor),
  layerBytes: inRegistry('the bytes of the layer are others', ({ shelf: { held } }) => {
    const [largest] = [...held.blobs].toSorted(([, one], [, other]) => other.length - one.length);
    if (largest === undefined) throw new Error('the capsule is there');
    held.blobs.set(largest[0], Buffer.from(largest[1].toReversed()));
  }),
  tagGone: inRegistry('the tag is gone, and the capsule with it', ({ shelf: { held } }) => {
    held.tags.clear();
    held.manifests.clear();
  }),
  packageEdited: forged('a file of the package was edited', editPackage),
  packageEditedBySigner: forged('a file of the package was edited, and the capsule signed again', editPackage, 'key'),
  imageDigestEdited: forged('the record names another digest of the image', editRecord(/^( +digest: )"sha256:a+"$/m, otherDigest)),
  imageRepositoryEdited: forged('the record names another image repository', editRecord(/^(image:\n +repoURL: )".*"$/m, 'evil/app'), 'key'),
  commitEdited: forged('the record names another commit', editRecord(/^(gitCommit: )"\w+"$/m, noCommit), 'key'),
  pathTraversal: forged('the record names a path that leads out', editRecord(/^( +path: )"package\/\w+"$/m, 'package/../..'), 'key'),
  metadataMissing: forged('the metadata is missing', () => ({ [sbom]: undefined, [provenance]: undefined }), 'key'),
  metadataEdited: forged('the provenance was edited', () => ({ [provenance]: '{}' })),
  unsafeNames: forged('every name begins with ./, which untar leaves out', behindDot, 'key'),
  unsigned: put('the signature is missing', async ({ shelf }) => shelf.app.descriptor, { signatures: false }),
  stranger: made('a stranger has signed it', { annotations: { rebuilt: 'by a stranger' } }, ({ made: store, stranger }, capsule) => {
    return sign(store, capsule, stranger);
  }),
  signatureMoved: made('its signature is another capsule’s', { annotations: { rebuilt: 'in silence' } }, async (shelf, capsule) => {
    const [signature] = await Array.fromAsync(shelf.made.referrers(shelf.app.descriptor));
    if (signature === undefined) throw new Error('the release is signed');
    return carryOver(shelf.made, signature, capsule);
  }),
  foreignName: made('it is the signed capsule of another package from the same commit', { name: 'worker' }, signRightly),
  foreignImage: made(
    'it is a signed capsule of this name and commit for another image repository',
    { image: { repoURL: 'ghcr.io/example/other', digest: otherDigest } },
    signRightly,
  ),
  freightDigest: inFreight('the Freight has another digest of the image', { digest: otherDigest }),
  freightTag: inFreight('the Freight has another tag of the image', { tag: `git-${noCommit}` }),
  freightRepository: inFreight('the Freight has an image of another repository', { repoURL: 'ghcr.io/evil/app' }),
} as const satisfies Readonly<Record<string, Tampering>>;

/** The name of a tampering in the table. */
export type TamperingName = keyof typeof tamperings;

type Making = (bench: ReplayBench) => Promise<Descriptor>;
type Finishing = (shelf: CapsuleShelf, capsule: Descriptor) => Promise<Descriptor>;

/** Puts a capsule under the tag before the Freight is made, which then has it where it holds capsules. */
function put(name: string, make: Making, options: { readonly signatures?: boolean } = {}): Tampering {
  return {
    name,
    async apply(bench) {
      const capsule = await make(bench);
      if (options.signatures === false) await empty(bench);
      await bench.shelf.put(capsule, options);
      return bench.freightOf({ capsule: { digest: capsule.digest } });
    },
  };
}

function forged(name: string, edit: Edit, by?: 'key'): Tampering {
  return put(name, ({ shelf }) => forgeCapsule(shelf, edit, by && shelf[by]));
}

/** Another capsule of the same commit, which nobody has signed before `finish` is done to it. */
function made(name: string, changes: ReleaseOptions, finish: Finishing): Tampering {
  return put(name, async ({ shelf }) => {
    const { descriptor } = await shelf.releaseUnsigned(changes);
    await finish(shelf, descriptor);
    return descriptor;
  });
}

function signRightly({ made: store, key }: CapsuleShelf, capsule: Descriptor): Promise<Descriptor> {
  return sign(store, capsule, key);
}

function inRegistry(name: string, change: (bench: ReplayBench) => void): Tampering {
  return { name, apply: (bench) => Promise.resolve(bench.freight).finally(() => change(bench)) };
}

function inFreight(name: string, image: Partial<FreightImage>): Tampering {
  return { name, apply: (bench) => Promise.resolve(bench.freightOf({ image })) };
}

async function empty({ shelf: { held } }: ReplayBench): Promise<void> {
  held.manifests.clear();
  held.tags.clear();
}

function editPackage(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [path, text] = Object.entries(files).find(([name]) => name.endsWith('deployment.yaml')) ?? [];
  if (path === undefined || text === undefined) throw new Error('the package has a deployment');
  return { [path]: text.replace('kind: Deployment', 'kind: Deployment # edited') };
}

/** Puts a text where the record has another, behind what the first group has matched. */
function editRecord(what: RegExp, replacement: string): Edit {
  return (files) => {
    const text = files['release.yaml'] ?? '';
    if (!what.test(text)) throw new Error(`the record does not have ${what.source}`);
    return { 'release.yaml': text.replace(what, `$1"${replacement}"`) };
  };
}

function behindDot(files: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(files).flatMap(([path, text]) => [[path, undefined], [`./${path}`, text]]));
}
