import type { ClaimName, FindingState } from './claim.ts';
import type { ProvenCode, RefutedCode, UnknownCode } from './finding-code.ts';

/** One row of the table: the claim, the state that the code stands for, what it means, and what to do about it. */
export type FindingRow<State extends FindingState = FindingState> = readonly [
  claim: ClaimName,
  state: State,
  meaning: string,
  whatToDo: string,
];

/** The table, with each code bound to the one state that it stands for. */
export type FindingTable = Readonly<Record<ProvenCode, FindingRow<'proven'>>> &
  Readonly<Record<RefutedCode, FindingRow<'refuted'>>> &
  Readonly<Record<UnknownCode, FindingRow<'unknown'>>>;

const nothing = 'Nothing.';
const repack = 'Pack the release again with this version of capsule; do not edit a capsule by hand.';
const suspect = 'Do not deploy it. Find out who wrote to the registry, and pack the release again.';
const retry = 'Try again; if it persists, see what the registry says of itself.';
const login = 'Give credentials that may read this repository, in the Docker configuration.';
const whereTo = 'See where it leads. A host that is meant is named in allow.hosts of the policy.';
const policyOrRelease = 'If the release is right, correct the policy; else promote the release that the policy means.';
const wrongPair = 'Promote a Freight whose image and capsule are of one release; build the half that is missing.';
const otherSigner = 'Promote what the right signer has signed; if this one is right, name it in the policy.';
const logged = 'Check that the trusted root is of the Sigstore instance that signed, and current: capsule trust show.';
const signImage = 'Sign it: cosign sign REPOSITORY@DIGEST. An attestation is no signature.';
const rebuild = 'Build it again, and attach the provenance that the builder writes.';
const sameCommit = 'Build image and capsule in one run, from one commit.';
const ownSbom = 'Pack without --sbom, or with one of the image: by the digest that the release names.';
const verifyEarlier = 'Verify this release for the earlier stage, with --summary. Until then its signatures are judged anew.';
const shrink = 'Make the package smaller, or raise the limit explicitly on both sides.';

/**
 * Every code that a finding can carry, apart from `<CLAIM>_NOT_JUDGED`: one code a defect.
 * docs/errors.md is tested against this table.
 */
export const findingTable: FindingTable = {
  DIGEST_MATCHES: ['CAPSULE_DIGEST', 'proven', 'the manifest hashes to the digest asked for', nothing],
  DIGEST_DIFFERS: ['CAPSULE_DIGEST', 'refuted', 'the manifest is not the one that the digest names', suspect],
  CAPSULE_MISSING: [
    'CAPSULE_DIGEST',
    'refuted',
    'no such capsule',
    'Check the repository and tag, and that CI has pushed it.',
  ],
  CAPSULE_LOOKUP_FAILED: ['CAPSULE_DIGEST', 'unknown', 'the registry could not be reached', retry],
  CAPSULE_THROTTLED: ['CAPSULE_DIGEST', 'unknown', 'the registry asks to be left alone for now', retry],
  CAPSULE_FORBIDDEN: [
    'CAPSULE_DIGEST',
    'unknown',
    'the registry does not show the capsule to these credentials',
    login,
  ],
  CAPSULE_MISDIRECTED: ['CAPSULE_DIGEST', 'unknown', 'the registry leads to where nothing is fetched from', whereTo],

  MANIFEST_CANONICAL: ['MANIFEST_SHAPE', 'proven', 'the manifest is the canonical one for its record', nothing],
  MANIFEST_INVALID: [
    'MANIFEST_SHAPE',
    'refuted',
    'the manifest is no OCI image manifest',
    'Check that the reference names a capsule.',
  ],
  MANIFEST_IS_INDEX: [
    'MANIFEST_SHAPE',
    'refuted',
    'it is an index, which is never a capsule',
    'Check that the reference names a capsule.',
  ],
  MANIFEST_MEDIA_TYPE: [
    'MANIFEST_SHAPE',
    'refuted',
    "a media type is not the format's",
    'Check that the reference names a capsule.',
  ],
  MANIFEST_ARTIFACT_TYPE: [
    'MANIFEST_SHAPE',
    'refuted',
    'the artifact is not a capsule',
    'Check that the reference names a capsule.',
  ],
  MANIFEST_HAS_SUBJECT: ['MANIFEST_SHAPE', 'refuted', 'the manifest refers to a subject', repack],
  MANIFEST_LAYERS: ['MANIFEST_SHAPE', 'refuted', 'there is not exactly one layer', repack],
  MANIFEST_ANNOTATIONS: ['MANIFEST_SHAPE', 'refuted', 'the annotations are not those of the record', repack],
  MANIFEST_NOT_CANONICAL: [
    'MANIFEST_SHAPE',
    'refuted',
    'the manifest has a byte that the packer would not write',
    repack,
  ],
  MANIFEST_TOO_LARGE: ['MANIFEST_SHAPE', 'refuted', 'the manifest is larger than the limit', shrink],
  LAYER_TOO_LARGE: ['MANIFEST_SHAPE', 'refuted', 'the layer is declared larger than the limit', shrink],

  RECORD_VALID: ['RECORD', 'proven', 'config and release.yaml are one valid, canonical record', nothing],
  RECORD_INVALID: ['RECORD', 'refuted', 'the record breaks the published schema', repack],
  RECORD_INCONSISTENT: ['RECORD', 'refuted', 'the record contradicts itself', repack],
  RECORD_NOT_CANONICAL: ['RECORD', 'refuted', 'the record has a byte that the packer would not write', repack],
  RECORD_TOO_LARGE: ['RECORD', 'refuted', 'the record is larger than the limit', 'Shorten its annotations.'],
  RECORD_DIGEST_DIFFERS: ['RECORD', 'refuted', 'the config is not the one that the manifest names', suspect],
  RECORD_TWO_VERSIONS: ['RECORD', 'refuted', 'config and release.yaml say different things', suspect],

  FREIGHT_NAME_MATCHES: ['FREIGHT_NAME', 'proven', "the Freight's name is the hash of what it holds", nothing],
  FREIGHT_NAME_ABSENT: ['FREIGHT_NAME', 'proven', 'the Freight has no name to check', nothing],
  FREIGHT_NAME_DIFFERS: [
    'FREIGHT_NAME',
    'refuted',
    'the Freight was changed after Kargo named it',
    'Pass the Freight on as Kargo has it, with everything that it holds.',
  ],
  FREIGHT_NAME_UNCOMPUTABLE: [
    'FREIGHT_NAME',
    'unknown',
    'an address in the Freight is too odd to recompute its name',
    'Write the address in the Warehouse as https://host/path or oci://host/path.',
  ],

  IDENTITY_MATCHES: ['IDENTITY', 'proven', "name, repositories, path and kind are the policy's", nothing],
  NAME_DIFFERS: ['IDENTITY', 'refuted', 'it is another capsule than the policy names', policyOrRelease],
  CAPSULE_REPOSITORY_DIFFERS: ['IDENTITY', 'refuted', 'the capsule is from another repository', policyOrRelease],
  IMAGE_REPOSITORY_DIFFERS: ['IDENTITY', 'refuted', 'the record names an image of another repository', policyOrRelease],
  IMAGE_NOT_RECORDED: ['IDENTITY', 'refuted', 'the policy names an image and the record has none', policyOrRelease],
  SOURCE_REPOSITORY_DIFFERS: ['IDENTITY', 'refuted', 'the package is from another Git repository', policyOrRelease],
  SOURCE_PATH_DIFFERS: ['IDENTITY', 'refuted', 'the package is from another directory', policyOrRelease],
  PACKAGE_KIND_DIFFERS: ['IDENTITY', 'refuted', 'the package is for another deploy tool', policyOrRelease],

  TAG_NAMES_COMMIT: ['TAG_FORM', 'proven', "every tag is git-<commit> of the record's commit", nothing],
  TAG_ANY: ['TAG_FORM', 'proven', 'the policy lets tags have any form', nothing],
  TAG_ABSENT: ['TAG_FORM', 'proven', 'nothing states a tag: the digest alone decided', nothing],
  TAG_NOT_A_COMMIT: [
    'TAG_FORM',
    'refuted',
    'a tag is not git-<commit>',
    'Tag the image and the capsule git-<full commit>, or say `tagRule: any` in the policy.',
  ],
  TAG_OTHER_COMMIT: ['TAG_FORM', 'refuted', 'a tag names another commit than the record', suspect],

  PAIR_MATCHES: ['PAIR', 'proven', "the Freight's images are those of the record", nothing],
  PAIR_FROM_RECORD: ['PAIR', 'proven', 'the Freight holds no application image: the signed record names it', nothing],
  PAIR_LOCKED: [
    'PAIR',
    'proven',
    'there is no application image, and the Freight holds no other digest than the record locks',
    nothing,
  ],
  PAIR_REPOSITORY_DIFFERS: [
    'PAIR',
    'refuted',
    "the Freight's image is of another repository than the record's",
    wrongPair,
  ],
  PAIR_TAG_DIFFERS: ['PAIR', 'refuted', "the Freight's image has another tag than the record's", wrongPair],
  PAIR_DIGEST_DIFFERS: ['PAIR', 'refuted', "the Freight's image has another digest than the record's", wrongPair],
  PAIR_DIGEST_ABSENT: [
    'PAIR',
    'refuted',
    "the Freight's image has no digest to compare",
    "Pass the image's digest: repository:tag@sha256:...",
  ],
  PAIR_IMAGE_MISSING: [
    'PAIR',
    'refuted',
    'the record names no application image',
    'Pack with the image, or say `pairing: locked` in the policy.',
  ],
  PAIR_LOCKED_DIGEST_DIFFERS: [
    'PAIR',
    'refuted',
    'a Freight image has another digest than the record locks',
    wrongPair,
  ],
  PAIR_LOCKED_DIGEST_ABSENT: [
    'PAIR',
    'refuted',
    'a Freight image that the record locks has no digest to compare',
    "Pass the image's digest: repository:tag@sha256:...",
  ],
  PAIR_IMAGE_UNKNOWN: [
    'PAIR',
    'refuted',
    'a Freight image is neither locked by the record nor left open by the policy',
    "Lock it when packing, or name its repository in the policy's allow.unlockedImages; the capsule's belongs in capsule.repository.",
  ],
  PAIR_FREIGHT_UNRELATED: [
    'PAIR',
    'refuted',
    'the Freight holds neither the capsule nor an image that its record names',
    'Promote a Freight that holds the capsule or its image; check capsule.repository and image.repository in the policy.',
  ],

  SIGNATURE_VALID: ['SIGNATURE', 'proven', 'enough signers of the policy have signed this manifest', nothing],
  SIGNATURE_BY_SUMMARY: ['SIGNATURE', 'proven', 'an accepted summary says that the signatures were verified', nothing],
  SIGNATURE_MISSING: ['SIGNATURE', 'refuted', 'nobody has signed the capsule', 'Sign it: capsule sign.'],
  SIGNATURE_UNTRUSTED: [
    'SIGNATURE',
    'refuted',
    'somebody else has signed it, no signer of the policy',
    'Sign it with a key of the policy, or add the signer to the policy.',
  ],
  SIGNATURE_INVALID: ['SIGNATURE', 'refuted', 'a signature does not verify', suspect],
  SIGNATURE_MALFORMED: ['SIGNATURE', 'refuted', 'a signature cannot be read', 'Sign it again: capsule sign.'],
  SIGNATURE_OTHER_SUBJECT: ['SIGNATURE', 'refuted', 'the signature is of another artifact', suspect],
  SIGNATURE_SEVERAL_SUBJECTS: [
    'SIGNATURE',
    'refuted',
    'the signature has more than one subject',
    'Sign the capsule alone: capsule sign.',
  ],
  SIGNATURE_NOT_A_SIGNATURE: [
    'SIGNATURE',
    'refuted',
    'there are attestations, but no signature',
    'Sign it: capsule sign. An attestation is no signature.',
  ],
  SIGNATURE_EXPIRED: [
    'SIGNATURE',
    'refuted',
    "it was signed, or is used, after the signer's last day",
    'Sign it with a current key.',
  ],
  SIGNATURE_TOO_EARLY: [
    'SIGNATURE',
    'refuted',
    "it was signed before the signer's first day",
    'Sign it with a key that is already valid.',
  ],
  SIGNATURE_THRESHOLD: [
    'SIGNATURE',
    'refuted',
    'fewer signers than the policy asks for',
    'Have the others sign it too.',
  ],
  SIGNATURE_TOO_MANY: [
    'SIGNATURE',
    'unknown',
    'there are more referrers than the limit',
    "Clear the capsule's referrers of what nobody needs.",
  ],
  SIGNATURE_TOO_LARGE: ['SIGNATURE', 'refuted', 'a signature is larger than the limit', 'Sign it again: capsule sign.'],
  SIGNATURE_INCOMPLETE: [
    'SIGNATURE',
    'unknown',
    'a signature is listed, and its content is not there or was cut off',
    'Try again; if it persists, sign it again: capsule sign.',
  ],
  SIGNATURE_LOOKUP_FAILED: ['SIGNATURE', 'unknown', 'the registry could not be asked for signatures', retry],
  SIGNATURE_THROTTLED: ['SIGNATURE', 'unknown', 'the registry asks to be left alone for now', retry],
  SIGNATURE_FORBIDDEN: ['SIGNATURE', 'unknown', 'the registry does not show signatures to these credentials', login],
  SIGNATURE_MISDIRECTED: [
    'SIGNATURE',
    'unknown',
    'the registry leads to where no signatures are fetched from',
    whereTo,
  ],
  SIGNATURE_BY_KEY: [
    'SIGNATURE',
    'refuted',
    'it is signed by a key, and the policy names identities only',
    otherSigner,
  ],
  SIGNATURE_BY_CERTIFICATE: [
    'SIGNATURE',
    'refuted',
    'it is signed by a certificate, and the policy names keys only',
    otherSigner,
  ],
  SIGNATURE_BY_DENIED: ['SIGNATURE', 'refuted', 'it is signed by an identity on the deny list', otherSigner],
  SIGNATURE_WRONG_IDENTITY: ['SIGNATURE', 'refuted', 'it is signed by another identity', otherSigner],
  SIGNATURE_WRONG_ISSUER: ['SIGNATURE', 'refuted', 'another issuer vouches for the identity', otherSigner],
  SIGNATURE_CLAIM_DIFFERS: [
    'SIGNATURE',
    'refuted',
    'the workflow run is not the one that the policy names',
    otherSigner,
  ],
  SIGNATURE_CERTIFICATE_UNTRUSTED: [
    'SIGNATURE',
    'refuted',
    'no authority of the trusted root has issued the certificate',
    "Check that the policy's trust.trustedRoot is of the Sigstore instance that the release was signed with.",
  ],
  SIGNATURE_CERTIFICATE_EXPIRED: [
    'SIGNATURE',
    'refuted',
    'the certificate was not valid at the time of signing',
    'Sign the release again: capsule sign.',
  ],
  SIGNATURE_ROOT_OUTDATED: [
    'SIGNATURE',
    'refuted',
    'the trusted root says that the authority or log was not in use then: the root is too old, or they were retired',
    'Get a current trusted root: capsule trust export. If it says the same, sign the release again.',
  ],
  SIGNATURE_SCT_MISSING: ['SIGNATURE', 'refuted', 'too few certificate transparency logs have seen the certificate', logged],
  SIGNATURE_SCT_INVALID: ['SIGNATURE', 'refuted', 'no log of the trusted root has made the SCT', logged],
  SIGNATURE_TIME_MISSING: [
    'SIGNATURE',
    'refuted',
    'nothing proves when it was signed',
    'Sign with a timestamp authority: a signing configuration that names one.',
  ],
  SIGNATURE_TIMESTAMP_INVALID: [
    'SIGNATURE',
    'refuted',
    'the timestamp is not by an authority of the trusted root, or not within its validity',
    logged,
  ],
  SIGNATURE_LOG_MISSING: [
    'SIGNATURE',
    'refuted',
    'fewer transparency logs hold the signature than are asked for',
    'Sign with a transparency log, or let the policy ask for fewer: logEntries.',
  ],
  SIGNATURE_LOG_OTHER_BYTES: ['SIGNATURE', 'refuted', 'the log entry is for other bytes', suspect],
  SIGNATURE_LOG_PROOF: ['SIGNATURE', 'refuted', 'the proof of inclusion in the log is wrong', suspect],
  SIGNATURE_LOG_PROMISE: ['SIGNATURE', 'refuted', 'no log of the trusted root has promised to include it', logged],
  SIGNATURE_LOG_CHECKPOINT: ['SIGNATURE', 'refuted', "the checkpoint is not by the entry's own log", logged],

  NOTHING_DENIED: ['NOT_DENIED', 'proven', 'capsule, image, commit and signers are on no deny list', nothing],
  CAPSULE_DENIED: ['NOT_DENIED', 'refuted', 'the policy denies this capsule', 'Promote another release.'],
  IMAGE_DENIED: ['NOT_DENIED', 'refuted', 'the policy denies this image', 'Promote another release.'],
  COMMIT_DENIED: ['NOT_DENIED', 'refuted', 'the policy denies this commit', 'Promote another release.'],
  SIGNER_DENIED: [
    'NOT_DENIED',
    'refuted',
    'the policy denies this signer',
    'Sign the release with another key, once it is known to be good.',
  ],
  SIGNER_NOT_YET_VALID: [
    'NOT_DENIED',
    'refuted',
    "the signer's first day is still to come",
    'Wait, or sign with a key that is already valid.',
  ],
  SIGNER_RETIRED: ['NOT_DENIED', 'refuted', "the signer's last day is over", 'Sign the release with a current key.'],

  ARCHIVE_CANONICAL: [
    'ARCHIVE',
    'proven',
    'the archive is canonical, within limits and laid out as it should be',
    nothing,
  ],
  LAYER_DIGEST_DIFFERS: ['ARCHIVE', 'refuted', 'the layer is not the one that the manifest names', suspect],
  LAYER_SIZE_DIFFERS: ['ARCHIVE', 'refuted', 'the layer is shorter or longer than the manifest says', suspect],
  LAYER_MISSING: [
    'ARCHIVE',
    'refuted',
    'the layer is not there',
    'Push the capsule again; the registry has lost a part of it.',
  ],
  LAYER_LOOKUP_FAILED: ['ARCHIVE', 'unknown', 'the layer could not be read', retry],
  LAYER_THROTTLED: ['ARCHIVE', 'unknown', 'the registry asks to be left alone for now', retry],
  LAYER_MISDIRECTED: ['ARCHIVE', 'unknown', 'the registry leads to where no layer is fetched from', whereTo],
  ARCHIVE_GZIP: ['ARCHIVE', 'refuted', 'header, checksum or length of the gzip member is wrong', repack],
  ARCHIVE_TRUNCATED: ['ARCHIVE', 'refuted', 'the archive ends too early', repack],
  ARCHIVE_TRAILING_BYTES: ['ARCHIVE', 'refuted', 'there is something after the end of the archive', suspect],
  ARCHIVE_NOT_CANONICAL: ['ARCHIVE', 'refuted', 'a header has a byte that the packer would not write', repack],
  ARCHIVE_ENTRY_FORBIDDEN: ['ARCHIVE', 'refuted', 'the archive holds a link, device or other special entry', suspect],
  ARCHIVE_PATH: ['ARCHIVE', 'refuted', 'the archive holds a path that no capsule may hold', suspect],
  ARCHIVE_PATH_COLLISION: [
    'ARCHIVE',
    'refuted',
    'two paths are one on some file systems',
    'Rename one of the files in Git.',
  ],
  ARCHIVE_ORDER: ['ARCHIVE', 'refuted', 'entries are out of order, duplicated, or a directory is missing', repack],
  ARCHIVE_LAYOUT: ['ARCHIVE', 'refuted', 'a file lies where the layout has no place, or one is missing', repack],
  ARCHIVE_LIMIT: ['ARCHIVE', 'refuted', 'the archive is larger than a limit', shrink],

  PACKAGE_PRESENT: [
    'PACKAGE_PATH',
    'proven',
    'the package is where the record says, and holds what its kind needs',
    nothing,
  ],
  PACKAGE_MISSING: ['PACKAGE_PATH', 'refuted', 'the archive holds no file below package.path', repack],
  CHART_MISSING: [
    'PACKAGE_PATH',
    'refuted',
    'a helm package has no Chart.yaml at its root',
    "Pack the chart's own directory.",
  ],
  KUSTOMIZATION_MISSING: [
    'PACKAGE_PATH',
    'refuted',
    'a kustomize package has no kustomization',
    'Pack the directory that holds the kustomizations.',
  ],

  PACKAGE_DIGEST_MATCHES: ['PACKAGE_DIGEST', 'proven', 'the files hash to package.digest', nothing],
  PACKAGE_DIGEST_DIFFERS: [
    'PACKAGE_DIGEST',
    'refuted',
    'the files are not those that the record was made for',
    suspect,
  ],

  PACKAGE_SELF_CONTAINED: ['SELF_CONTAINED', 'proven', 'nothing in the package reaches outside it', nothing],
  REFERENCE_REMOTE: [
    'SELF_CONTAINED',
    'refuted',
    'the package refers to a URL',
    'Vendor what it names, or allow the reference by its exact text in allow.references.',
  ],
  REFERENCE_OUTSIDE: [
    'SELF_CONTAINED',
    'refuted',
    'the package refers to a path outside it',
    'Pack the directory that holds both, or allow the reference by its exact text in allow.references.',
  ],
  REFERENCE_MISSING: [
    'SELF_CONTAINED',
    'refuted',
    'the package refers to a file that it does not hold',
    'Add the file to what is packed.',
  ],
  REFERENCE_NOT_PLAIN: [
    'SELF_CONTAINED',
    'refuted',
    'two readers may take a path or an inline text differently',
    'Write it as the finding says, or allow it by its exact text in allow.references.',
  ],
  PACKAGE_NOT_IN_PROFILE: [
    'SELF_CONTAINED',
    'refuted',
    'a kustomization or chart is written outside the profile',
    'Write it as the finding says.',
  ],
  REFERENCE_CREDENTIALS: [
    'SELF_CONTAINED',
    'refuted',
    'the package refers to an address that holds a password or token',
    'Take the credentials out of the package, replace them, and release again.',
  ],
  REFERENCE_UNREADABLE: [
    'SELF_CONTAINED',
    'refuted',
    'a kustomization or chart cannot be read',
    'Correct the file that the finding names.',
  ],
  CHART_DEPENDENCY_MISSING: [
    'SELF_CONTAINED',
    'refuted',
    'a chart dependency is not vendored',
    'Run `helm dependency build` and commit charts/.',
  ],
  CHART_DEPENDENCY_VERSION: [
    'SELF_CONTAINED',
    'refuted',
    'a vendored chart is not at its locked version',
    'Run `helm dependency build` and commit charts/.',
  ],

  IMAGES_NAMED: [
    'IMAGES',
    'proven',
    'the package names its images as the record says',
    nothing,
  ],
  IMAGES_LOCKED: [
    'IMAGES',
    'proven',
    'every other image that the files of the package show is locked or allowed',
    nothing,
  ],
  IMAGE_NAMES_DIFFER: [
    'IMAGES',
    'refuted',
    'the package has a name of the application image that the record leaves out',
    repack,
  ],
  IMAGE_NOT_NAMED: [
    'IMAGES',
    'refuted',
    'the package does not name the application image: rendered, it runs another one',
    'Name the image in the package, or state image.names in capsule.yaml, and release again.',
  ],
  IMAGE_NAME_AMBIGUOUS: [
    'IMAGES',
    'refuted',
    'one name of the image stands under several tags, and the record does not say which',
    'State image.names in capsule.yaml, each name with its tag, and release again.',
  ],
  IMAGE_NAMES_TOO_MANY: [
    'IMAGES',
    'refuted',
    'the package names more images than can be judged',
    'Leave out what is not deployed, with include and exclude patterns.',
  ],
  IMAGE_NOT_LOCKED: [
    'IMAGES',
    'refuted',
    'the package names an image that is not locked to a digest',
    'Run capsule lock and release again, or name its repository in allow.unlockedImages of the policy.',
  ],
  IMAGE_NAMES_STATED: [
    'IMAGES',
    'unknown',
    'the record states a name that no file of the package shows',
    'Nothing, unless the promotion fails to find the image in what it renders.',
  ],

  SOURCE_COMPLETE: ['SOURCE_PROOF', 'proven', 'the package is exactly the directory at the commit', nothing],
  SOURCE_PARTIAL: [
    'SOURCE_PROOF',
    'proven',
    "the package is what the policy's patterns leave of the directory at the commit",
    nothing,
  ],
  SOURCE_PROOF_ABSENT: [
    'SOURCE_PROOF',
    'unknown',
    'the capsule carries no source proof, and the policy asks for none',
    nothing,
  ],
  SOURCE_PROOF_MISSING: [
    'SOURCE_PROOF',
    'refuted',
    'the policy asks for a source proof, and there is none',
    'Pack from Git, without --no-source-proof.',
  ],
  SOURCE_PROOF_INVALID: ['SOURCE_PROOF', 'refuted', 'the source proof cannot be read', repack],
  SOURCE_COMMIT_DIFFERS: ['SOURCE_PROOF', 'refuted', 'the proof is of another commit', suspect],
  SOURCE_TREE_DIFFERS: ['SOURCE_PROOF', 'refuted', 'the trees do not lead from the commit to the package', suspect],
  SOURCE_FILES_DIFFER: ['SOURCE_PROOF', 'refuted', "a packed file is not the commit's", suspect],
  SOURCE_PATTERNS_DIFFER: [
    'SOURCE_PROOF',
    'refuted',
    'the package leaves out or adds what the policy does not name',
    policyOrRelease,
  ],

  TAG_UNMOVED: ['TAG_MOVED', 'proven', 'the tag still points at the capsule', nothing],
  TAG_POINTS_ELSEWHERE: [
    'TAG_MOVED',
    'refuted',
    'the tag points at another manifest now',
    'Find out who moved it; what was verified is bound by digest.',
  ],
  TAG_DELETED: [
    'TAG_MOVED',
    'refuted',
    'the tag is gone',
    'Find out who removed it; what was verified is bound by digest.',
  ],
  TAG_LOOKUP_FAILED: ['TAG_MOVED', 'unknown', 'the tag could not be looked up', retry],

  IMAGE_SIGNED: ['IMAGE_SIGNATURE', 'proven', 'enough signers of the policy have signed the image', nothing],
  IMAGE_SIGNED_BY_SUMMARY: ['IMAGE_SIGNATURE', 'proven', "an accepted summary says that the image's signatures were verified", nothing],
  IMAGE_MISSING: [
    'IMAGE_SIGNATURE',
    'refuted',
    'the image of the record is not in its repository',
    "Check the policy's image.repository; for a layout, copy the image and its signatures into it.",
  ],
  IMAGE_UNSIGNED: ['IMAGE_SIGNATURE', 'refuted', 'nobody has signed the image', signImage],
  IMAGE_SIGNED_BY_OTHERS: [
    'IMAGE_SIGNATURE',
    'refuted',
    'somebody else has signed the image, no signer of the policy',
    "Find out who built it; if the signer is right, name it in the policy's image.signers.",
  ],
  IMAGE_SIGNATURE_THRESHOLD: [
    'IMAGE_SIGNATURE',
    'refuted',
    'fewer signers have signed the image than the policy asks for',
    'Have the others sign it too.',
  ],
  IMAGE_SIGNATURE_REFUSED: [
    'IMAGE_SIGNATURE',
    'refuted',
    'a signature of the image does not count',
    'Look up the SIGNATURE code that the evidence names; then sign the image again: cosign sign REPOSITORY@DIGEST.',
  ],
  IMAGE_SIGNATURE_TOO_MANY: [
    'IMAGE_SIGNATURE',
    'unknown',
    'the image has more referrers than the limit',
    "Clear the image's referrers of what nobody needs.",
  ],
  IMAGE_SIGNATURE_INCOMPLETE: [
    'IMAGE_SIGNATURE',
    'unknown',
    'a signature of the image is listed, and its content is not there or was cut off',
    'Try again; if it persists, sign the image again: cosign sign REPOSITORY@DIGEST.',
  ],
  IMAGE_SIGNATURE_LOOKUP_FAILED: ['IMAGE_SIGNATURE', 'unknown', "the image's registry could not be asked for signatures", retry],
  IMAGE_SIGNATURE_THROTTLED: ['IMAGE_SIGNATURE', 'unknown', "the image's registry asks to be left alone for now", retry],
  IMAGE_SIGNATURE_FORBIDDEN: [
    'IMAGE_SIGNATURE',
    'unknown',
    "the image's registry does not show its signatures to these credentials",
    login,
  ],
  IMAGE_SIGNATURE_MISDIRECTED: [
    'IMAGE_SIGNATURE',
    'unknown',
    "the image's registry leads to where no signatures are fetched from",
    whereTo,
  ],

  PROVENANCE_VALID: [
    'PROVENANCE',
    'proven',
    "somebody of the policy attests that it was built from the release's repository and commit",
    nothing,
  ],
  PROVENANCE_BY_SUMMARY: ['PROVENANCE', 'proven', 'an accepted summary says that the provenance was verified', nothing],
  PROVENANCE_MISSING: [
    'PROVENANCE',
    'refuted',
    'there is no provenance of it that somebody has signed',
    "Attach one: actions/attest-build-provenance with push-to-registry, or cosign attest. BuildKit's own counts only in a signed image.",
  ],
  PROVENANCE_UNTRUSTED: [
    'PROVENANCE',
    'refuted',
    'the provenance is by nobody of the policy, or its signature does not count',
    "Look up the SIGNATURE code that the evidence names; if the signer is right, name it in the policy's image.provenance.signers.",
  ],
  PROVENANCE_MALFORMED: ['PROVENANCE', 'refuted', 'a provenance cannot be read', rebuild],
  PROVENANCE_OTHER_SUBJECT: ['PROVENANCE', 'refuted', 'the provenance is of another artifact', rebuild],
  PROVENANCE_BUILDER_DIFFERS: [
    'PROVENANCE',
    'refuted',
    'it was built by another builder than those of the policy',
    "If the builder is right, name its id in the policy's image.provenance.builders; else build it where the policy says.",
  ],
  PROVENANCE_SOURCE_DIFFERS: [
    'PROVENANCE',
    'refuted',
    "it was built from another repository than the release's",
    sameCommit,
  ],
  PROVENANCE_COMMIT_DIFFERS: ['PROVENANCE', 'refuted', "it was built from another commit than the release's", sameCommit],
  PROVENANCE_TOO_MANY: [
    'PROVENANCE',
    'unknown',
    'there are more referrers than the limit',
    'Clear the referrers of what nobody needs.',
  ],
  PROVENANCE_INCOMPLETE: [
    'PROVENANCE',
    'unknown',
    'something is listed that could be its provenance, and its content is not there or was cut off',
    'Try again; if it persists, attach the provenance again.',
  ],
  PROVENANCE_LOOKUP_FAILED: ['PROVENANCE', 'unknown', 'the registry could not be asked for provenance', retry],
  PROVENANCE_THROTTLED: ['PROVENANCE', 'unknown', 'the registry asks to be left alone for now', retry],
  PROVENANCE_FORBIDDEN: ['PROVENANCE', 'unknown', 'the registry does not show provenance to these credentials', login],
  PROVENANCE_MISDIRECTED: [
    'PROVENANCE',
    'unknown',
    'the registry leads to where no provenance is fetched from',
    whereTo,
  ],

  SBOM_DESCRIBES_PACKAGE: ['SBOM', 'proven', 'the SBOM in the capsule describes its package', nothing],
  SBOM_DESCRIBES_IMAGE: ['SBOM', 'proven', 'the SBOM in the capsule describes the application image', nothing],
  SBOM_BY_SUMMARY: ['SBOM', 'proven', 'an accepted summary says that the SBOM was verified', nothing],
  SBOM_OTHER_SUBJECT: [
    'SBOM',
    'refuted',
    'the SBOM describes something else than this package or image',
    ownSbom,
  ],
  SBOM_NO_SUBJECT: ['SBOM', 'refuted', 'the SBOM names nothing that it describes by a digest', ownSbom],
  SBOM_MALFORMED: ['SBOM', 'refuted', 'the SBOM cannot be read', ownSbom],
  SUMMARY_ACCEPTED: ['SUMMARY', 'proven', 'an earlier verification is the one that the policy accepts', nothing],
  SUMMARY_MISSING: ['SUMMARY', 'refuted', 'there is no summary of an earlier verification', verifyEarlier],
  SUMMARY_UNTRUSTED: [
    'SUMMARY',
    'refuted',
    "the summary is by nobody of the policy's summary.signers, or not within their dates",
    'Let the right one sign it, or name the signer in summary.signers.',
  ],
  SUMMARY_BY_RELEASE_SIGNER: [
    'SUMMARY',
    'refuted',
    "the summary is by one of the release's own signers, which cannot vouch for itself",
    'Let the stage that verifies sign its summaries with a key or identity of its own.',
  ],
  SUMMARY_OTHER_STAGE: ['SUMMARY', 'refuted', 'it was verified for another stage', verifyEarlier],
  SUMMARY_OTHER_POLICY: [
    'SUMMARY',
    'refuted',
    'it was verified under another policy',
    "Verify it under the policy that summary.policyDigest names, or, if that stage's policy has rightly changed, name its new digest.",
  ],
  SUMMARY_OTHER_CAPSULE: ['SUMMARY', 'refuted', 'the summary is of another capsule', verifyEarlier],
  SUMMARY_OTHER_IMAGE: ['SUMMARY', 'refuted', 'it was verified with another application image', verifyEarlier],
  SUMMARY_OTHER_FREIGHT: ['SUMMARY', 'refuted', 'it was verified in another Freight', verifyEarlier],
  SUMMARY_NOT_PASSED: ['SUMMARY', 'refuted', 'the earlier verification did not pass', 'See why it was refused there.'],
  SUMMARY_TOO_OLD: ['SUMMARY', 'refuted', 'it was verified longer ago than the policy accepts', verifyEarlier],
  SUMMARY_FROM_THE_FUTURE: [
    'SUMMARY',
    'refuted',
    'it says that it was verified at a time that has not come',
    'Set the clocks of both machines right, then verify it there again.',
  ],
  SUMMARY_RELEASE_SIGNER_REFUSED: [
    'SUMMARY',
    'refuted',
    'one who had signed the release, as the summary says, is denied by now, or outside its dates',
    'Nothing: the signatures themselves are judged instead.',
  ],
  SUMMARY_MALFORMED: ['SUMMARY', 'refuted', 'the summary cannot be read, or says less than is needed', verifyEarlier],
  SUMMARY_TOO_MANY: [
    'SUMMARY',
    'unknown',
    'there are more referrers than the limit',
    "Clear the capsule's referrers of what nobody needs.",
  ],
  SUMMARY_INCOMPLETE: ['SUMMARY', 'unknown', 'a summary that is listed is not whole', retry],
  SUMMARY_LOOKUP_FAILED: ['SUMMARY', 'unknown', 'summaries could not be looked up', retry],
  SUMMARY_THROTTLED: ['SUMMARY', 'unknown', 'the registry asks to be left alone for now', retry],
  SUMMARY_FORBIDDEN: ['SUMMARY', 'unknown', 'the registry does not show the summaries to these credentials', login],
  SUMMARY_MISDIRECTED: ['SUMMARY', 'unknown', 'the registry leads to where no summaries are fetched from', whereTo],
};
