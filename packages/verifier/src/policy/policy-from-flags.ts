import { parseCapsuleName, parseRepository, SchemaError } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { checkPolicy } from './check-policy.ts';
import { normaliseSource } from './normalise-source.ts';
import type { Policy, PolicySigner } from './policy.ts';
import { keySigner } from './read-signers.ts';

/** What the common case states without a policy's file; flags are named as cosign names them. */
export interface PolicyFlags {
  /** `--name`. */
  readonly name: string;
  /** The content of the file that `--key` names. */
  readonly keyPem?: string;
  /** `--key` as given, for messages. */
  readonly keyLabel?: string;
  /** `--certificate-identity`. */
  readonly certificateIdentity?: string;
  /** `--certificate-oidc-issuer`. */
  readonly certificateOidcIssuer?: string;
  /** `--trusted-root`. */
  readonly trustedRoot?: string;
  readonly capsuleRepository?: string;
  readonly imageRepository?: string;
  readonly sourceRepository?: string;
  readonly sourcePath?: string;
}

/**
 * Makes a policy of flags.
 * @throws {VerifyError} `TRUST_MISSING` where they name no signer, `KEY_INVALID`, `POLICY_INVALID`.
 */
export function policyFromFlags(flags: PolicyFlags): Policy {
  const { name, trustedRoot, capsuleRepository, imageRepository } = flags;
  checkNames(flags);
  const policy: Policy = {
    mode: 'enforce',
    capsule: {
      name,
      ...(capsuleRepository !== undefined && { repository: capsuleRepository }),
      signers: signersOf(flags),
      threshold: 1,
    },
    ...(imageRepository !== undefined && { image: { repository: imageRepository, signers: [] } }),
    ...sourceOf(flags),
    require: { provenance: false, sbom: false, lineage: false },
    pairing: 'image',
    tagRule: 'git-commit',
    ...(trustedRoot !== undefined && { trustedRoot }),
    allow: { externalReferences: [], unlockedImages: [] },
    deny: [],
  };
  checkPolicy(policy);
  return policy;
}

function checkNames({ name, capsuleRepository, imageRepository }: PolicyFlags): void {
  try {
    parseCapsuleName(name);
    if (capsuleRepository !== undefined) parseRepository(capsuleRepository);
    if (imageRepository !== undefined) parseRepository(imageRepository);
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    const hint = cause.hint ?? 'State names and repositories as the release record has them.';
    throw new VerifyError('POLICY_INVALID', cause.message, { hint, cause });
  }
}

function signersOf(flags: PolicyFlags): readonly PolicySigner[] {
  const { keyPem, keyLabel = '--key', certificateIdentity: identity, certificateOidcIssuer: issuer } = flags;
  const signers: PolicySigner[] = keyPem === undefined ? [] : [keySigner(keyPem, keyLabel)];
  if (identity === undefined && issuer === undefined) {
    if (flags.trustedRoot === undefined) return signers;
    throw new VerifyError('POLICY_INVALID', 'a trusted root is given, and no identity that it could vouch for', {
      hint: 'Give --certificate-identity and --certificate-oidc-issuer, or leave --trusted-root out.',
    });
  }
  if (identity === undefined || issuer === undefined || identity === '' || issuer === '') {
    throw new VerifyError('POLICY_INVALID', 'a certificate is trusted by its identity and its issuer: one is missing', {
      hint: 'Give both --certificate-identity and --certificate-oidc-issuer.',
    });
  }
  return [...signers, { kind: 'keyless', issuer, identity }];
}

function sourceOf({ sourceRepository, sourcePath }: PolicyFlags): Pick<Policy, 'source'> {
  if (sourceRepository !== undefined) {
    const path = sourcePath === undefined ? {} : { path: sourcePath };
    return { source: normaliseSource({ repository: sourceRepository, ...path }) };
  }
  if (sourcePath === undefined) return {};
  throw new VerifyError('POLICY_INVALID', 'a source path is stated without its repository', {
    hint: 'State the source repository as well.',
  });
}
