import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type Freight,
  freightFromImage,
  locateCapsule,
  maxFreightBytes,
  maxPolicyBytes,
  maxPublicKeyBytes,
  parseFreightText,
  parsePolicyText,
  type Policy,
  policyFromFlags,
} from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';
import { declareRegistryOptions, type RegistryOptions } from './registry-options.ts';
import { readInput } from './read-input.ts';

/** What says how a capsule is verified. */
export interface VerifyFlags extends RegistryOptions {
  readonly freight?: string;
  readonly image?: string;
  readonly policy?: string;
  readonly name?: string;
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
  readonly timeout?: string;
}

/** Everything that a verification needs. */
export interface VerifyArguments {
  readonly freight: Freight;
  readonly policy: Policy;
  readonly opened: OpenedStore;
  /** How long the verification may wait for the store, in milliseconds. */
  readonly deadlineMs: number;
}

const defaultTimeoutSeconds = 300; // a gigabyte at 4 MB/s, and less than a promotion step is given
const maxTimeoutSeconds = 86_400; // a day: what is longer is a mistake

/** Declares the argument and options that `verify` and `unpack` share. */
export function declareVerifyOptions(command: Command): Command {
  return declareRegistryOptions(command)
    .argument('[reference]', "the capsule; without it, the Freight's own, or the policy's repository with the image's tag")
    .option('--freight <file>', 'the Freight, JSON or YAML; - for standard input')
    .option('--image <image>', 'instead of a Freight: the application image, REPOSITORY:TAG@DIGEST')
    .option('--policy <file>', 'the policy: who must have signed what')
    .option('--name <name>', "instead of a policy: the capsule's name, with --key")
    .option('--key <file>', 'the public key that must have signed')
    .option('--certificate-identity <identity>', 'the identity that must have signed (not supported yet)')
    .option('--certificate-oidc-issuer <url>', 'who vouches for that identity (not supported yet)')
    .option('--trusted-root <file>', 'a private Sigstore (not supported yet)')
    .option('--timeout <seconds>', `give up on the registry after this long; default ${defaultTimeoutSeconds}`);
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
  const deadlineMs = readTimeout(flags);
  const policy = await readPolicy(flags, context);
  const freight = await readFreight(flags, context);
  const place = reference ?? locateCapsule(policy);
  const opened = await openStore(place, { plainHttp: flags.plainHttp ?? false }, context);
  return { freight, policy, opened, deadlineMs };
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

async function readPolicy(flags: VerifyFlags, context: Context): Promise<Policy> {
  const { policy, name, key } = flags;
  if (policy !== undefined) {
    refuseBeside(flags);
    const path = resolve(context.cwd, policy);
    const bytes = await readInput(path, 'the policy', maxPolicyBytes, context);
    const readFile = (file: string, maxBytes: number): Promise<Uint8Array> => readInput(file, 'the key', maxBytes, context);
    return parsePolicyText(bytes, { directory: dirname(path), readFile });
  }
  if (name === undefined) {
    throw new CliError('OPTION_INVALID', 'neither --policy nor --name says which capsule is accepted', {
      hint: 'Give --policy FILE, or --name NAME with --key FILE.',
    });
  }
  const { certificateIdentity, certificateOidcIssuer, trustedRoot } = flags;
  return policyFromFlags({
    name,
    ...(key !== undefined && { keyPem: await readKey(key, context), keyLabel: key }),
    ...(certificateIdentity !== undefined && { certificateIdentity }),
    ...(certificateOidcIssuer !== undefined && { certificateOidcIssuer }),
    ...(trustedRoot !== undefined && { trustedRoot }),
  });
}

/** A flag that a policy would silently overrule is a misunderstanding that must not be found out in production. */
function refuseBeside({ name, key, certificateIdentity, certificateOidcIssuer, trustedRoot }: VerifyFlags): void {
  const flags = {
    '--name': name,
    '--key': key,
    '--certificate-identity': certificateIdentity,
    '--certificate-oidc-issuer': certificateOidcIssuer,
    '--trusted-root': trustedRoot,
  };
  const given = Object.entries(flags).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new CliError('OPTION_INVALID', `--policy is given together with ${given[0]}`, {
    hint: 'The policy says all of it: give either the policy or the flags.',
  });
}

async function readKey(path: string, context: Context): Promise<string> {
  return Buffer.from(await readInput(path, 'the public key', maxPublicKeyBytes, context)).toString('utf8');
}
