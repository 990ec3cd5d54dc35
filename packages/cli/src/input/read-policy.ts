import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type GitHubClaims,
  loadTrustedRoot,
  maxPolicyBytes,
  maxPublicKeyBytes,
  maxTrustedRootBytes,
  parsePolicyText,
  type Policy,
  policyFromFlags,
  type TrustedRoot,
  trustedRootOf,
} from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { loadPublicGood } from './public-good.ts';
import { readInput } from './read-input.ts';

/** What says whom a verification trusts: a policy, or flags named as cosign names them. */
export interface PolicyFlagValues {
  readonly policy?: string;
  readonly name?: string;
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateGithubWorkflowRepository?: string;
  readonly certificateGithubWorkflowRef?: string;
  readonly certificateGithubWorkflowSha?: string;
  readonly certificateGithubWorkflowName?: string;
  readonly certificateGithubWorkflowTrigger?: string;
  readonly trustedRoot?: string;
}

// Five long names would push every other option's text off the screen.
const workflowHelp = `
What GitHub says of the run, beside its identity:
  --certificate-github-workflow-{repository,ref,sha,name,trigger} VALUE`;

/** Declares the options that state a policy. */
export function declarePolicyOptions(command: Command): Command {
  return command
    .option('--policy <file>', 'the policy: who must have signed what')
    .option('--name <name>', "instead of a policy: the capsule's name, with --key or --certificate-identity")
    .option('--key <file>', 'the public key that must have signed')
    .option('--certificate-identity <identity>', 'the identity that must have signed')
    .option('--certificate-identity-regexp <re>', 'or a regular expression that must match the whole identity')
    .option('--certificate-oidc-issuer <url>', 'who vouches for that identity')
    .option('--trusted-root <file>', 'the trusted_root.json to verify certificates by; default: the public Sigstore')
    .addOption(new Option('--certificate-github-workflow-repository <name>').hideHelp())
    .addOption(new Option('--certificate-github-workflow-ref <ref>').hideHelp())
    .addOption(new Option('--certificate-github-workflow-sha <commit>').hideHelp())
    .addOption(new Option('--certificate-github-workflow-name <name>').hideHelp())
    .addOption(new Option('--certificate-github-workflow-trigger <event>').hideHelp())
    .addHelpText('after', workflowHelp);
}

/**
 * Reads the policy that is named, or makes one of flags.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {VerifyError} `POLICY_INVALID`, `KEY_INVALID`, `TRUST_INVALID`,
 * `TRUST_MISSING`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function readPolicy(flags: PolicyFlagValues, context: Context): Promise<Policy> {
  const { policy, name } = flags;
  if (policy !== undefined) {
    refuseBeside(flags);
    return readPolicyFile(policy, context);
  }
  if (name === undefined) {
    throw new CliError('OPTION_INVALID', 'neither --policy nor --name says which capsule is accepted', {
      hint: 'Give --policy FILE, or --name NAME with --key FILE.',
    });
  }
  return policyFromFlags({
    name,
    ...(await keyOf(flags, context)),
    ...identityOf(flags),
    ...(await rootOf(flags, context)),
  });
}

async function readPolicyFile(name: string, context: Context): Promise<Policy> {
  const path = resolve(context.cwd, name);
  const bytes = await readInput(path, 'the policy', maxPolicyBytes, context);
  const readFile = (file: string, maxBytes: number): Promise<Uint8Array> => readInput(file, 'the file', maxBytes, context);
  const readPublicGoodRoot = async (): Promise<TrustedRoot> => trustedRootOf(await loadPublicGood(context));
  return parsePolicyText(bytes, { directory: dirname(path), readFile, readPublicGoodRoot });
}

/** A flag that a policy would silently overrule is a misunderstanding that must not be found out in production. */
function refuseBeside({ policy: _policy, ...flags }: PolicyFlagValues): void {
  const given = policyFlagNames.find(([key]) => flags[key] !== undefined);
  if (given === undefined) return;
  throw new CliError('OPTION_INVALID', `--policy is given together with ${given[1]}`, {
    hint: 'The policy says all of it: give either the policy or the flags.',
  });
}

const policyFlagNames = [
  ['name', '--name'],
  ['key', '--key'],
  ['certificateIdentity', '--certificate-identity'],
  ['certificateIdentityRegexp', '--certificate-identity-regexp'],
  ['certificateOidcIssuer', '--certificate-oidc-issuer'],
  ['certificateGithubWorkflowRepository', '--certificate-github-workflow-repository'],
  ['certificateGithubWorkflowRef', '--certificate-github-workflow-ref'],
  ['certificateGithubWorkflowSha', '--certificate-github-workflow-sha'],
  ['certificateGithubWorkflowName', '--certificate-github-workflow-name'],
  ['certificateGithubWorkflowTrigger', '--certificate-github-workflow-trigger'],
  ['trustedRoot', '--trusted-root'],
] as const satisfies readonly (readonly [keyof PolicyFlagValues, string])[];

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
  if (trustedRoot === undefined) return namesSomebody(flags) ? { trustedRoot: await trustedRootOf(await loadPublicGood(context)) } : {};
  const bytes = await readInput(trustedRoot, 'the trusted root', maxTrustedRootBytes, context);
  return { trustedRoot: await loadTrustedRoot(bytes, { source: 'file', label: trustedRoot }) };
}

/** Flags that say too little are turned down without a request for a root. */
function namesSomebody({ certificateIdentity, certificateIdentityRegexp, certificateOidcIssuer }: PolicyFlagValues): boolean {
  return (certificateIdentity ?? certificateIdentityRegexp) !== undefined && certificateOidcIssuer !== undefined;
}
