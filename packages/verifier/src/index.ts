export { VerifyError, type VerifyErrorCode, type VerifyErrorOptions } from './errors.ts';
export { type ClaimName, claimNames, type FindingState } from './findings/claim.ts';
export { blocks, type Outcome, type Requirement, type Requirements, requirementsOf } from './findings/decision.ts';
export type { FindingCode, NotJudgedCode, ProvenCode, RefutedCode, UnknownCode } from './findings/finding-code.ts';
export { type FindingRow, type FindingTable, findingTable } from './findings/finding-table.ts';
export type { Evidence, Finding } from './findings/finding.ts';
export type { ReportedCapsule, ReportedRelease, VerdictReport } from './findings/report.ts';
export { freightFromImage } from './freight/freight-image.ts';
export { freightName } from './freight/freight-name.ts';
export type {
  Freight,
  FreightArtifact,
  FreightChart,
  FreightCommit,
  FreightImage,
  FreightOrigin,
} from './freight/freight.ts';
export { maxFreightBytes, parseFreight, parseFreightText } from './freight/parse-freight.ts';
export { parsePolicyText } from './policy/parse-policy.ts';
export { maxPolicyBytes } from './policy/policy-data.ts';
export { policyDigest } from './policy/policy-digest.ts';
export { type PolicyFlags, policyFromFlags } from './policy/policy-from-flags.ts';
export type {
  AllowPolicy,
  CapsulePolicy,
  Denial,
  EvidenceThresholds,
  GitHubClaims,
  GitHubRule,
  IdentityRule,
  ImagePolicy,
  KeySigner,
  Policy,
  PolicySigner,
  ProvenancePolicy,
  SignerDates,
  SourcePolicy,
  SummaryPolicy,
  TrustedIdentity,
} from './policy/policy.ts';
export type { PolicyFiles } from './policy/read-signers.ts';
export { releaseSigners } from './policy/every-signer.ts';
export { isSameSigner } from './policy/same-signer.ts';
export { signerId } from './policy/signer-id.ts';
export { type PolicySuggestion, suggestPolicy } from './policy/suggest-policy.ts';
export { unsupportedClaims } from './policy/unsupported-claims.ts';
export { findAttestation, type FindAttestationOptions, type FoundAttestation } from './signature/find-attestation.ts';
export { type DescribedReferrer, describeReferrer } from './signature/describe-referrer.ts';
export { describeLegacy } from './signature/legacy/describe-legacy.ts';
export { maxPublicKeyBytes, parsePublicKey, type PublicKey, type SignatureHash } from './signature/public-key.ts';
export type { Refusal } from './signature/refusal.ts';
export { checkBundle, type VerifiedBundle, type VerifyBundleOptions } from './signature/verify-bundle.ts';
export type { CountedSignature, VerifySignersOptions } from './signature/counted-signature.ts';
export { type SignaturePlace, placeText } from './signature/signature-place.ts';
export { type SignerFacts, signerText, type SigningFacts } from './signature/signing-facts.ts';
export { makeSummary, type MakeSummaryOptions } from './summary/make-summary.ts';
export type { ReleaseSigner } from './summary/summary.ts';
export { describeRoot, type RootDescription } from './trust/describe-root.ts';
export type { RootPart, RootPartKind } from './trust/root-part.ts';
export { loadTrustedRoot } from './trust/load-trusted-root.ts';
export { type PublicGood, type PublicGoodOptions, readPublicGood, trustedRootOf } from './trust/public-good-root.ts';
export type { RootWarning } from './trust/root-warnings.ts';
export { maxInitialRootBytes } from './trust/tuf/tuf-repository.ts';
export { maxTrustedRootBytes, type TrustedRoot } from './trust/trusted-root.ts';
export { unpackCapsule, type UnpackedCapsule, type UnpackOptions } from './unpack/unpack-capsule.ts';
export type { VerifiedCapsule } from './unpack/verified-capsule.ts';
export { locateCapsule } from './verify/locate-capsule.ts';
export type { Verdict } from './verify/verdict.ts';
export { verifyCapsule } from './verify/verify-capsule.ts';
export type { CapsuleReference, ImageStore, VerifyOptions, VerifyStep } from './verify/verify-options.ts';
