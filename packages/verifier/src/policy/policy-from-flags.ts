import type { ShapeOf } from '@release-capsule/core';
import { parseCapsuleName, parseRepository, SchemaError } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import { checkPolicy } from './check-policy.ts';
import { normaliseSource } from './normalise-source.ts';
import type { TrustedRoot } from '../trust/trusted-root.ts';
import type { GitHubClaims, ImagePolicy, Policy, PolicySigner } from './policy.ts';
import type { KeylessData } from './policy-data.ts';
import { keylessEvidence } from './read-evidence.ts';
import { keySigner, trustedIdentity } from './read-signers.ts';

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
  /** `--certificate-identity-regexp`: it must match the whole identity. */
  readonly certificateIdentityRegexp?: string;
  /** `--certificate-github-workflow-{repository,ref,sha,name,trigger}`. */
  readonly github?: GitHubClaims;
  /** The content of the file that `--trusted-root` names, else the public instance's root. */
  readonly trustedRoot?: TrustedRoot;
  readonly capsuleRepository?: string;
  readonly imageRepository?: string;
  readonly sourceRepository?: string;
  readonly sourcePath?: string;
}

const flagsShape: ShapeOf<PolicyFlags> = {
  name: 'text',
  'keyPem?': 'text',
  'keyLabel?': 'text',
  'certificateIdentity?': 'text',
  'certificateOidcIssuer?': 'text',
  'certificateIdentityRegexp?': 'text',
  'github?': 'text map',
  'trustedRoot?': 'object',
  'capsuleRepository?': 'text',
  'imageRepository?': 'text',
  'sourceRepository?': 'text',
  'sourcePath?': 'text',
};

/**
 * Makes a policy of flags.
 * @throws {VerifyError} `OPTION_INVALID`; `TRUST_MISSING` where they name no signer, `KEY_INVALID`, `POLICY_INVALID`.
 */
export function policyFromFlags(flags: PolicyFlags): Policy {
  assertArguments({ flags: flagsShape }, { flags });
  const { name, trustedRoot, capsuleRepository, imageRepository } = flags;
  checkNames(flags);
  const signers = signersOf(flags);
  const policy: Policy = {
    mode: 'enforce',
    capsule: {
      name,
      ...(capsuleRepository !== undefined && { repository: capsuleRepository }),
      signers,
      threshold: 1,
    },
    ...(imageRepository !== undefined && { image: imageOf(imageRepository, signers) }),
    ...sourceOf(flags),
    require: { provenance: false, sbom: false, lineage: false, lockedImages: false },
    pairing: 'image',
    tagRule: 'git-commit',
    ...(trustedRoot !== undefined && { trustedRoot }),
    allow: { references: [], unlockedImages: [] },
    deny: [],
  };
  checkPolicy(policy);
  return policy;
}

function imageOf(repository: string, signers: readonly PolicySigner[]): ImagePolicy {
  return { repository, signers: [], threshold: 1, provenance: { signers, builders: [] } };
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
  const { keyPem, keyLabel = '--key' } = flags;
  return [...(keyPem === undefined ? [] : [keySigner(keyPem, keyLabel)]), ...keylessOf(flags)];
}

function keylessOf(flags: PolicyFlags): readonly PolicySigner[] {
  const { certificateIdentity: identity, certificateIdentityRegexp: identityPattern, certificateOidcIssuer: issuer, github } = flags;
  if ([identity, identityPattern, issuer, github].every((flag) => flag === undefined)) {
    if (flags.trustedRoot === undefined) return [];
    throw new VerifyError('POLICY_INVALID', 'a trusted root is given, and no identity that it could vouch for', {
      hint: 'Give --certificate-identity and --certificate-oidc-issuer, or leave --trusted-root out.',
    });
  }
  const data = { issuer: issuer ?? '', ...ruleOf(flags), ...(github !== undefined && { github }) };
  if (data.issuer === '' || (data.identity ?? data.identityPattern) === '') throw incomplete();
  return [trustedIdentity(data, '--certificate-identity-regexp', { evidence: keylessEvidence })];
}

function ruleOf(flags: PolicyFlags): Pick<KeylessData, 'identity' | 'identityPattern'> {
  const { certificateIdentity: identity, certificateIdentityRegexp: identityPattern } = flags;
  if (identity !== undefined && identityPattern !== undefined) throw incomplete();
  return identityPattern === undefined ? { identity: identity ?? '' } : { identityPattern };
}

function incomplete(): VerifyError {
  return new VerifyError('POLICY_INVALID', 'a certificate is trusted by one identity and its issuer: both must be given, each once', {
    hint: 'Give --certificate-identity (or --certificate-identity-regexp) and --certificate-oidc-issuer.',
  });
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
