import {
  chooseServices,
  describeServiceUrl,
  maxSigningConfigBytes,
  parseServiceUrl,
  parseSigningConfig,
  type SigningServices,
} from '@release-capsule/packer';
import { type TrustedRoot, trustedRootOf } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { loadRootFile } from './load-root.ts';
import { loadPublicGood } from './public-good.ts';
import { readInput } from './read-input.ts';
import type { SigningFlags } from './signing-flags.ts';

/** The services to sign with, and the root that their work is judged by. */
export interface LoadedSigstore {
  readonly services: SigningServices;
  readonly root?: TrustedRoot;
}

/**
 * Finds the services to sign with: those of `--signing-config`, or those that flags name; else none for a key, and the
 * public instance, with its root, for an identity. `--trusted-root` goes before that root.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {PackError} `SIGNING_CONFIG_INVALID`; {VerifyError}
 * `TRUST_INVALID`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function loadSigstore(flags: SigningFlags, context: Context): Promise<LoadedSigstore> {
  const given = flags.trustedRoot === undefined ? undefined : await loadRootFile(flags.trustedRoot, context);
  const services = await servicesOf(flags, context);
  if (services !== undefined) return { services, ...(given !== undefined && { root: given }) };
  if (flags.keyless !== true) return { services: { logs: [], timestampAuthorities: [] }, ...(given !== undefined && { root: given }) };
  const publicGood = await loadPublicGood(context);
  if (publicGood.signingConfig === undefined) throw noServices(publicGood.mirror);
  const root = given ?? (await trustedRootOf(publicGood));
  return { services: chooseServices(parseSigningConfig(publicGood.signingConfig), context.now()), root };
}

async function servicesOf(flags: SigningFlags, context: Context): Promise<SigningServices | undefined> {
  const named = namedServices(flags);
  if (flags.signingConfig === undefined) return named;
  if (named !== undefined) throw contradiction();
  const bytes = await readInput(flags.signingConfig, 'the signing configuration', maxSigningConfigBytes, context);
  return chooseServices(parseSigningConfig(bytes), context.now());
}

function namedServices({ fulcioUrl, rekorUrl, rekorVersion, timestampServerUrl }: SigningFlags): SigningServices | undefined {
  const version = rekorVersion ?? '1';
  if (version !== '1' && version !== '2') throw invalid(`--rekor-version is ${JSON.stringify(version)}`, 'Give 1 or 2.');
  if (rekorVersion !== undefined && rekorUrl === undefined) throw invalid('--rekor-version is given without --rekor-url', 'Give both.');
  if (fulcioUrl === undefined && rekorUrl === undefined && timestampServerUrl === undefined) return undefined;
  return {
    ...(fulcioUrl !== undefined && { certificateAuthority: address('--fulcio-url', fulcioUrl) }),
    logs: rekorUrl === undefined ? [] : [{ url: address('--rekor-url', rekorUrl), majorApiVersion: version === '2' ? 2 : 1 }],
    timestampAuthorities: timestampServerUrl === undefined ? [] : [address('--timestamp-server-url', timestampServerUrl)],
  };
}

function address(flag: string, text: string): URL {
  const url = parseServiceUrl(text);
  if (url !== undefined) return url;
  throw invalid(`${flag}: ${describeServiceUrl(text)}`, 'Give the address without user name and password.');
}

function contradiction(): CliError {
  const hint = 'The file names every service: give one or the other.';
  return invalid('--signing-config is given together with the address of a service', hint);
}

function noServices(mirror: string): CliError {
  const hint = 'Give --signing-config FILE, or --fulcio-url with --rekor-url or --timestamp-server-url.';
  return invalid(`${mirror} does not say which services sign`, hint);
}

function invalid(message: string, hint: string): CliError {
  return new CliError('OPTION_INVALID', message, { hint });
}
