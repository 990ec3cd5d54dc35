import { validate } from '#generated/policy';
import { describeSchemaErrors, type Digest, parseYaml, SchemaError } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import type { GitHubRule, Policy } from './policy.ts';

/** Bound of a policy, in bytes. */
export const maxPolicyBytes: number = 256 * 1024; // room for a deny list of a thousand entries

const hint = 'The schema is published as @release-capsule/verifier/policy.schema.json.';

/** Every key of a policy, for those who mistype one. */
export const policyKeys: readonly string[] = [
  'apiVersion',
  'kind',
  'mode',
  'capsule',
  'name',
  'repository',
  'signers',
  'threshold',
  'key',
  'keyless',
  'issuer',
  'identity',
  'identityPattern',
  'github',
  'gitlab',
  'ref',
  'sha',
  'workflow',
  'trigger',
  'notBefore',
  'notAfter',
  'logEntries',
  'timestamps',
  'scts',
  'image',
  'builders',
  'summary',
  'policyDigest',
  'stage',
  'maxAgeHours',
  'source',
  'path',
  'include',
  'exclude',
  'package',
  'require',
  'provenance',
  'sbom',
  'lineage',
  'lockedImages',
  'pairing',
  'tagRule',
  'trust',
  'trustedRoot',
  'allow',
  'references',
  'unlockedImages',
  'hosts',
  'deny',
  'commit',
  'signer',
  'reason',
];

const replacedKeys: Readonly<Record<string, string>> = { 'allow.externalReferences': 'allow.references' };

/** A signer as the policy's text has it: by key, or keyless. */
export interface SignerData {
  readonly key?: string;
  readonly keyless?: KeylessData;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly logEntries?: number;
  readonly timestamps?: number;
  readonly scts?: number;
}

/** What a certificate must say, as the policy's text has it: identity or identityPattern. */
export interface KeylessData {
  readonly issuer: string;
  readonly identity?: string;
  readonly identityPattern?: string;
  readonly github?: GitHubRule;
  /** The sources of the pipeline that count. */
  readonly gitlab?: { readonly trigger: string | readonly string[] };
}

/** The application image as the policy's text has it. */
export interface ImageData {
  readonly repository: string;
  readonly signers?: readonly SignerData[];
  readonly threshold?: number;
  readonly provenance?: { readonly signers?: readonly SignerData[]; readonly builders?: readonly string[] };
}

/** An entry of the deny list as the policy's text has it: one thing and a reason. */
export interface DenialData {
  readonly capsule?: string;
  readonly image?: string;
  readonly commit?: string;
  readonly signer?: string;
  readonly reason: string;
}

/** The earlier verification that is accepted, as the policy's text has it. */
export interface SummaryData {
  readonly signers: readonly SignerData[];
  readonly policyDigest: Digest;
  readonly stage: string;
  readonly maxAgeHours: number;
}

/** A policy as its text has it, checked against the schema and not yet against itself. */
export interface PolicyData {
  readonly mode?: Policy['mode'];
  readonly capsule: {
    readonly name: string;
    readonly repository?: string;
    readonly signers?: readonly SignerData[];
    readonly threshold?: number;
  };
  readonly image?: ImageData;
  readonly summary?: SummaryData;
  readonly source?: {
    readonly repository: string;
    readonly path?: string;
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
  };
  readonly package?: { readonly kind: NonNullable<Policy['packageKind']> };
  readonly require?: Partial<Policy['require']>;
  readonly pairing?: Policy['pairing'];
  readonly tagRule?: Policy['tagRule'];
  readonly trust?: { readonly trustedRoot: string };
  readonly allow?: Partial<Policy['allow']>;
  readonly deny?: readonly DenialData[];
}

/**
 * Parses the text of a policy as far as its schema goes: YAML of up to 256 KiB, unknown keys refused.
 * @throws {VerifyError} `POLICY_INVALID`.
 */
export function parsePolicyData(bytes: Uint8Array): PolicyData {
  const value = parseText(bytes);
  if (validate(value)) return value as PolicyData;
  const defects = describeSchemaErrors(value, validate.errors, policyKeys, replacedKeys);
  throw new VerifyError('POLICY_INVALID', `the policy is not valid: ${defects}`, { hint });
}

function parseText(bytes: Uint8Array): unknown {
  try {
    return parseYaml(bytes, { what: 'the policy', maxBytes: maxPolicyBytes });
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new VerifyError('POLICY_INVALID', cause.message, { hint, cause });
  }
}
