import { type Command, Option } from 'commander';
import { CliError } from '../errors.ts';

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
 * Refuses flags beside a policy: one that it would silently overrule is a misunderstanding that must not be found out in
 * production.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function refuseFlagsBesidePolicy({ policy: _policy, ...flags }: PolicyFlagValues): void {
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
