// What to do about a finding. One cause has one hint, whichever claim it stops; and no hint lets a release through that was
// refused: a hint is read at night, by a person who wants it to pass.

/** There is nothing to do. */
export const nothing = 'Nothing.';

/** The capsule is not signed as the policy wants. Whoever signs it by hand now has let in what CI did not. */
export const unsigned = 'Do not deploy it. Find out why CI did not sign it, and release again.';

/** The same of the application image. */
export const imageUnsigned = 'Do not deploy it. Find out why CI did not sign the image, and release again.';

/** The image is not where it is looked for; whatever is looked for in it is not either. */
export const imageMissing =
  'Check that image.repository of the policy is where CI pushes the image. Into a layout, copy the image with its signatures.';

/** Bytes were changed after they were released. */
export const suspect = 'Do not deploy it. Find out who wrote to the registry, and release again.';

/** The policy denies a part of the release. */
export const denied = 'Do not deploy it. Promote another release.';

/** The signature may be good, and the trusted root too old, or of another instance. */
export const checkRoot =
  'Do not deploy it. Check that the trusted root is current and of the Sigstore instance that signed: capsule trust show.';

/** A packer of another version, or a person, has made this. */
export const repack = 'Do not edit a capsule by hand. Release again with this version of capsule.';

/** What the policy states and the release is are two things. */
export const otherRelease = 'Promote a release that the policy is written for. It states what it expects under capsule, image and source.';

/** Image and capsule are of two releases. */
export const wrongPair = 'Promote a Freight whose image and capsule are of one release.';

/** A Freight put together by hand names its image by a tag alone. */
export const addDigest = "Pass the image's digest: repository:tag@sha256:...";

/** The reference leads to something else. */
export const notCapsule = 'Check that the reference names a capsule.';

/** A limit was met. */
export const shrink = 'Make the package smaller, and release again.';

/** The package is to be written in another way. */
export const correctPackage = 'Write it as the finding says, and release again.';

/** The provenance cannot be used. */
export const rebuild = 'Do not deploy it. Build it again in CI, with the provenance that the builder writes.';

/** Image and capsule are not of one run. */
export const sameCommit = 'Do not deploy it. Build image and capsule in one run, from one commit.';

/** The SBOM cannot be used. */
export const ownSbom = 'Release again with an SBOM of the image, by the digest that the release names.';

/** There is no summary that could stand for what was verified before. */
export const verifyEarlier = 'Verify this release for the earlier stage, with --summary. Until then its signatures are verified again.';

/** The registry did not answer. */
export const retry = "Try again. If that fails too, check the registry's status page and logs.";

/** The registry limits how often it is asked. */
export const retryLater = 'Try again later.';

/** The registry refuses the credentials: asking again with the same ones changes nothing. */
export const checkCredentials = 'Check that the credentials in the Docker configuration may read this repository.';

/** The registry leads to another host. */
export const checkHost = 'Check where it leads. If the host is meant, name it in allow.hosts of the policy.';

/** Content that is listed is not there. */
export const releaseAgain = 'Try again. If that fails too, release again.';

/** More is attached than is read. */
export const tooMany = 'Find out who attached them, and delete those that are not needed.';
