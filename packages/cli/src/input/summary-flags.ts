import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { refuseSeveralMissing, wasGiven } from './missing-options.ts';
import { requiredOption } from './option-values.ts';
import type { SigningFlags } from './signing-flags.ts';

/** What says that an accepted verdict shall be signed, and by whom. */
export interface SummaryFlags {
  readonly summary?: boolean;
  readonly stage?: string;
  readonly summaryKey?: string;
  readonly keyless?: boolean;
  readonly identityToken?: string;
  readonly signingConfig?: string;
  readonly summaryTrustedRoot?: string;
}

/** A summary that is asked for. */
export interface SummaryRequest {
  readonly stage: string;
  /** Who signs it. */
  readonly signing: SigningFlags;
}

// As Kargo names its Stages: a Kubernetes object's name.
const stagePattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Declares the options that ask for a summary. `--key` is another one here: the public key that must have signed. */
export function declareSummaryOptions(command: Command): Command {
  return command
    .option('--summary', 'sign an accepted verdict and attach it to the capsule, for a later stage to accept')
    .option('--stage <name>', 'with --summary: the stage that this verifies for')
    .option('--summary-key <file>', "with --summary: the private key to sign it with, which is not the release's own")
    .option('--keyless', "with --summary: sign it in the name of the CI job's identity instead")
    .option('--identity-token <file>', 'with --keyless: the identity token (default: as for capsule sign)')
    .option('--signing-config <file>', 'with --summary: which services sign it: signing_config.json')
    .option('--summary-trusted-root <file>', 'with --summary: the trusted_root.json of those services');
}

/**
 * Reads whether a summary is asked for.
 * @throws {CliError} `OPTION_INVALID` where a part of it is missing, or is given without the rest.
 */
export function summaryRequest(flags: SummaryFlags): SummaryRequest | undefined {
  if (flags.summary !== true) {
    refuseWithout(flags);
    return undefined;
  }
  refuseSeveralMissing([
    { flag: '--stage NAME', isGiven: wasGiven(flags.stage) },
    { flag: '--summary-key FILE', isGiven: wasGiven(flags.summaryKey, flags.keyless) },
  ]);
  const stage = requiredOption(flags.stage, '--stage NAME');
  if (stagePattern.test(stage)) return { stage, signing: signingOf(flags) };
  throw new CliError('OPTION_INVALID', `--stage ${JSON.stringify(stage)} is not the name of a stage`, {
    hint: 'Use lower-case letters, digits, . and -, with a letter or digit at both ends.',
  });
}

const parts = [
  ['stage', '--stage'],
  ['summaryKey', '--summary-key'],
  ['keyless', '--keyless'],
  ['identityToken', '--identity-token'],
  ['signingConfig', '--signing-config'],
  ['summaryTrustedRoot', '--summary-trusted-root'],
] as const satisfies readonly (readonly [keyof SummaryFlags, string])[];

function refuseWithout(flags: SummaryFlags): void {
  const given = parts.find(([name]) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new CliError('OPTION_INVALID', `${given[1]} is given without --summary`, { hint: 'Say --summary as well, or leave it out.' });
}

function signingOf({ summaryKey, keyless = false, identityToken, signingConfig, summaryTrustedRoot }: SummaryFlags): SigningFlags {
  if (keyless && summaryKey !== undefined) {
    throw new CliError('OPTION_INVALID', '--summary-key is given, which does not go with --keyless', {
      hint: 'Sign the summary either with a key, or in the name of an identity.',
    });
  }
  return {
    ...(keyless ? { keyless } : { key: requiredOption(summaryKey, '--summary-key FILE') }),
    ...(identityToken !== undefined && { identityToken }),
    ...(signingConfig !== undefined && { signingConfig }),
    ...(summaryTrustedRoot !== undefined && { trustedRoot: summaryTrustedRoot }),
  };
}
