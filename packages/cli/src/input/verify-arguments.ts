import type { Command } from 'commander';
import {
  type Freight,
  freightFromImage,
  type ImageStore,
  locateCapsule,
  maxFreightBytes,
  parseFreightText,
  type Policy,
} from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';
import { type NeededOption, refuseSeveralMissing, wasGiven } from './missing-options.ts';
import { declarePolicyOptions, type PolicyFlagValues } from './policy-flags.ts';
import { declareRegistryOptions, type RegistryOptions } from './registry-options.ts';
import { readInput } from './read-input.ts';
import { readPolicy } from './read-policy.ts';

/** What says how a capsule is verified. */
export interface VerifyFlags extends RegistryOptions, PolicyFlagValues {
  readonly freight?: string;
  readonly image?: string;
  readonly timeout?: string;
  readonly explain?: boolean;
  readonly verbose?: boolean;
}

/** Everything that a verification needs. */
export interface VerifyArguments {
  readonly freight: Freight;
  readonly policy: Policy;
  readonly opened: OpenedStore;
  /** Opens what holds the application image: its registry, or the layout that holds the capsule. */
  readonly openImage: (repository: string) => Promise<ImageStore>;
  /** How long the verification may wait for the store, in milliseconds. */
  readonly deadlineMs: number;
  /** Whether every signature is looked at. */
  readonly explain: boolean;
}

const defaultTimeoutSeconds = 300; // a gigabyte at 4 MB/s, and less than a promotion step is given
const maxTimeoutSeconds = 86_400; // a day: what is longer is a mistake

/** Declares the argument and options that `verify` and `unpack` share. */
export function declareVerifyOptions(command: Command): Command {
  return declarePolicyOptions(declareRegistryOptions(command))
    .argument('[reference]', "the capsule; without it, the Freight's own, or the policy's repository with the image's tag")
    .option('--freight <file>', 'the Freight, JSON or YAML; - for standard input')
    .option('--image <image>', 'instead of a Freight: the application image, REPOSITORY:TAG@DIGEST')
    .option('--timeout <seconds>', `give up on the registry after this long; default ${defaultTimeoutSeconds}`)
    .option('--verbose', 'show every claim, also those that hold');
}

/** Tells whether every claim of an accepted release is shown. What becomes of each signature is shown with its claim. */
export function isVerbose({ verbose = false, explain = false }: VerifyFlags): boolean {
  return verbose || explain;
}

/**
 * Reads Freight and policy, finds out where the capsule lies, and opens the store that holds it.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {VerifyError} `FREIGHT_INVALID`, `POLICY_INVALID`,
 * `TRUST_MISSING`, `CAPSULE_UNNAMED`; {OciError} `REFERENCE_INVALID`.
 */
export async function verifyArguments(
  reference: string | undefined,
  flags: VerifyFlags,
  context: Context,
): Promise<VerifyArguments> {
  refuseSeveralMissing(neededToVerify(flags));
  const deadlineMs = readTimeout(flags);
  const policy = await readPolicy(flags, context);
  const freight = await readFreight(flags, context);
  const place = reference ?? locateCapsule(policy);
  const options = { plainHttp: flags.plainHttp ?? false };
  const opened = await openStore(place, options, context);
  const openImage = async (repository: string): Promise<ImageStore> => {
    // What was copied into a layout is verified there: no registry is spoken to.
    return opened.reference.kind === 'layout' ? opened.store : (await openStore(repository, options, context)).store;
  };
  return { freight, policy, opened, openImage, deadlineMs, explain: flags.explain ?? false };
}

/** Lists what no verification can do without. */
export function neededToVerify({ policy, name, freight, image }: VerifyFlags): readonly NeededOption[] {
  return [
    { flag: '--policy FILE (or --name NAME with a key or identity)', isGiven: wasGiven(policy, name) },
    { flag: '--freight FILE (or --image IMAGE)', isGiven: wasGiven(freight, image) },
  ];
}

function readTimeout({ timeout = String(defaultTimeoutSeconds) }: VerifyFlags): number {
  const seconds = /^[0-9]{1,6}$/.test(timeout) ? Number(timeout) : 0;
  if (seconds >= 1 && seconds <= maxTimeoutSeconds) return seconds * 1000;
  throw new CliError('OPTION_INVALID', `--timeout is ${JSON.stringify(timeout)}`, {
    hint: `Give whole seconds, from 1 to ${maxTimeoutSeconds}.`,
  });
}

async function readFreight({ freight, image }: VerifyFlags, context: Context): Promise<Freight> {
  if ((freight === undefined) === (image === undefined)) {
    throw new CliError('OPTION_INVALID', 'either --freight or --image must say what is promoted', {
      hint: 'Give --freight FILE, or --image REPOSITORY:TAG@DIGEST.',
    });
  }
  if (freight === undefined) return freightFromImage(image ?? '');
  return parseFreightText(await readInput(freight, 'the Freight', maxFreightBytes, context));
}
