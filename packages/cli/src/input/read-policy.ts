import { dirname, resolve } from 'node:path';
import {
  type GitHubClaims,
  maxPolicyBytes,
  maxPublicKeyBytes,
  parsePolicyText,
  type Policy,
  policyFromFlags,
  type PublicGoodOptions,
  type TrustedRoot,
  VerifyError,
} from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { loadPublicRoot, loadRootFile } from './load-root.ts';
import { type PolicyFlagValues, refuseFlagsBesidePolicy } from './policy-flags.ts';
import { readInput } from './read-input.ts';

/**
 * Reads the policy that is named, or makes one of flags.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {VerifyError} `POLICY_INVALID`, `KEY_INVALID`, `TRUST_INVALID`,
 * `TRUST_MISSING`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function readPolicy(flags: PolicyFlagValues, context: Context): Promise<Policy> {
  const { policy, name } = flags;
  if (policy !== undefined) {
    refuseFlagsBesidePolicy(flags);
    return readPolicyFile(policy, context);
  }
  if (name === undefined) {
    throw new CliError('OPTION_INVALID', 'neither --policy nor --name says which capsule is accepted', {
      hint: 'Give --policy FILE, or --name NAME with --key FILE or --certificate-identity.',
    });
  }
  return policyFromFlags({
    name,
    ...(await keyOf(flags, context)),
    ...identityOf(flags),
    ...(await rootOf(flags, context)),
  });
}

/**
 * Reads a policy of a file. The last argument says how old what was kept of the public root may be.
 * @throws As {@link readPolicy}.
 */
export async function readPolicyFile(name: string, context: Context, root: Pick<PublicGoodOptions, 'maxAgeMs'> = {}): Promise<Policy> {
  const path = resolve(context.cwd, name);
  const bytes = await readInput(path, 'the policy', maxPolicyBytes, context);
  const readFile = (file: string, maxBytes: number): Promise<Uint8Array> => readInput(file, 'the file', maxBytes, context);
  const readPublicGoodRoot = (): Promise<TrustedRoot> => loadPublicRoot(context, root);
  return parsePolicyText(bytes, { directory: dirname(path), readFile, readPublicGoodRoot }).catch((cause: unknown) => {
    throw cause instanceof VerifyError ? nameFile(name, cause) : cause;
  });
}

function nameFile(name: string, cause: VerifyError): VerifyError {
  return new VerifyError(cause.code, `${name}: ${cause.message}`, { ...(cause.hint !== undefined && { hint: cause.hint }), cause });
}

type StatedPolicy = Parameters<typeof policyFromFlags>[0];

async function keyOf({ key }: PolicyFlagValues, context: Context): Promise<Pick<StatedPolicy, 'keyPem' | 'keyLabel'>> {
  if (key === undefined) return {};
  const pem = await readInput(key, 'the public key', maxPublicKeyBytes, context);
  return { keyPem: Buffer.from(pem).toString('utf8'), keyLabel: key };
}

function identityOf(flags: PolicyFlagValues): Partial<StatedPolicy> {
  const { certificateIdentity, certificateIdentityRegexp, certificateOidcIssuer } = flags;
  const github = githubOf(flags);
  return {
    ...(certificateIdentity !== undefined && { certificateIdentity }),
    ...(certificateIdentityRegexp !== undefined && { certificateIdentityRegexp }),
    ...(certificateOidcIssuer !== undefined && { certificateOidcIssuer }),
    ...(Object.keys(github).length > 0 && { github }),
  };
}

function githubOf(flags: PolicyFlagValues): GitHubClaims {
  const claims = {
    repository: flags.certificateGithubWorkflowRepository,
    ref: flags.certificateGithubWorkflowRef,
    sha: flags.certificateGithubWorkflowSha,
    workflow: flags.certificateGithubWorkflowName,
    trigger: flags.certificateGithubWorkflowTrigger,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

async function rootOf(flags: PolicyFlagValues, context: Context): Promise<{ readonly trustedRoot?: TrustedRoot }> {
  const { trustedRoot } = flags;
  if (trustedRoot !== undefined) return { trustedRoot: await loadRootFile(trustedRoot, context) };
  return namesSomebody(flags) ? { trustedRoot: await loadPublicRoot(context) } : {};
}

/** Flags that say too little are turned down without a request for a root. */
function namesSomebody({ certificateIdentity, certificateIdentityRegexp, certificateOidcIssuer }: PolicyFlagValues): boolean {
  return (certificateIdentity ?? certificateIdentityRegexp) !== undefined && certificateOidcIssuer !== undefined;
}
