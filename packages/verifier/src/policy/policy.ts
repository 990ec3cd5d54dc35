import type { Digest, PackageKind } from '@release-capsule/schema';
import type { TrustedRoot } from '../trust/trusted-root.ts';

/** Days on which a signer counts, in milliseconds since 1970; absent means without end. */
export interface SignerDates {
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** How much must vouch for a signature beside its signer. */
export interface EvidenceThresholds {
  /** Transparency logs that hold the signature. */
  readonly logEntries: number;
  /** Proven times of signing: by a log's promise, or by a timestamp authority. */
  readonly timestamps: number;
  /** Certificate transparency logs that have seen the certificate; nothing for a key. */
  readonly scts: number;
}

/** A signer known by a public key. */
export interface KeySigner extends SignerDates {
  readonly kind: 'key';
  readonly evidence: EvidenceThresholds;
  /** As the policy names it: the path of the key, or `--key`. For messages only. */
  readonly label: string;
  /** SHA-256 of the key's SubjectPublicKeyInfo: two files with one key are one signer. */
  readonly fingerprint: Digest;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
}

/** What a policy asks of those claims: each exactly, and the event as one of those that are named. */
export interface GitHubRule extends Omit<GitHubClaims, 'trigger'> {
  /** One event, or several in order, each once. GitLab's certificates hold the source of the pipeline here. */
  readonly trigger?: string | readonly string[];
}

/** Who a certificate must be for: exactly this, or a pattern that matches the whole of it. */
export type IdentityRule =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'pattern'; readonly value: string };

/** What a certificate says of the CI run that it was issued to. */
export interface GitHubClaims {
  readonly repository?: string;
  readonly ref?: string;
  readonly sha?: string;
  readonly workflow?: string;
  readonly trigger?: string;
}

/** An identity that the policy trusts as a signer: Fulcio states it in the certificate. */
export interface TrustedIdentity extends SignerDates {
  readonly kind: 'keyless';
  readonly evidence: EvidenceThresholds;
  readonly issuer: string;
  readonly identity: IdentityRule;
  readonly github: GitHubRule;
}

/** A signer whose signature counts. */
export type PolicySigner = KeySigner | TrustedIdentity;

/** Something that is refused whatever else is true of it. */
export interface Denial {
  readonly what: 'capsule' | 'image' | 'commit' | 'signer';
  /** A digest, a commit, or a signer's fingerprint, identity, or label as {@link KeySigner} has it. */
  readonly value: string;
  readonly reason: string;
}

/** Which capsule is meant, and who must have signed it. */
export interface CapsulePolicy {
  readonly name: string;
  readonly repository?: string;
  readonly signers: readonly PolicySigner[];
  /** How many different signers must have signed. */
  readonly threshold: number;
}

/** Whose provenance of the application image counts. */
export interface ProvenancePolicy {
  readonly signers: readonly PolicySigner[];
  /** The builder ids that count, exactly. Empty: any. */
  readonly builders: readonly string[];
}

/** Which application image is meant. */
export interface ImagePolicy {
  readonly repository: string;
  /** Empty where the image's own signature is not asked for. */
  readonly signers: readonly PolicySigner[];
  /** How many different signers must have signed the image, where its signature is asked for. */
  readonly threshold: number;
  /** Looked at only where `require.provenance` asks for it. */
  readonly provenance: ProvenancePolicy;
}

/** Where the package must be from. */
export interface SourcePolicy {
  /** Normalised like `source.repoURL` of a record. */
  readonly repository: string;
  readonly path?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Which earlier verification is accepted in place of judging anew who has signed. */
export interface SummaryPolicy {
  /** Who may have verified: never one of the release's own signers. */
  readonly signers: readonly PolicySigner[];
  /** The digest of the policy that the release must have been held against. */
  readonly policyDigest: Digest;
  /** The stage that it must have been verified for. */
  readonly stage: string;
  /** How long ago that may have been, in milliseconds. */
  readonly maxAgeMs: number;
}

/** What is excepted, each by name. */
export interface AllowPolicy {
  readonly references: readonly string[];
  readonly unlockedImages: readonly string[];
  /** Hosts, `host` or `host:port`, that the verify service speaks to whatever addresses they have. Absent: none. */
  readonly hosts?: readonly string[];
}

/** What is asked for beyond the default claims. */
export interface RequirePolicy {
  readonly provenance: boolean;
  readonly sbom: boolean;
  readonly lineage: boolean;
  /** That every image the package names beside the application's is locked to a digest. */
  readonly lockedImages: boolean;
}

/** What an operator accepts. Every default is filled in. Source: docs/files.md, "capsule-policy.yaml". */
export interface Policy {
  readonly mode: 'enforce' | 'audit';
  readonly capsule: CapsulePolicy;
  readonly image?: ImagePolicy;
  readonly summary?: SummaryPolicy;
  readonly source?: SourcePolicy;
  readonly packageKind?: PackageKind;
  readonly require: RequirePolicy;
  readonly pairing: 'image' | 'locked';
  readonly tagRule: 'git-commit' | 'any';
  /** What certificates, logs and timestamps are verified against; absent where no signer needs it. */
  readonly trustedRoot?: TrustedRoot;
  readonly allow: AllowPolicy;
  readonly deny: readonly Denial[];
}
