import {
  findIdentity,
  type FindIdentityOptions,
  keylessSigner,
  keySigner,
  openWitnesses,
  type Signer,
  type SigningServices,
  type Witness,
} from '@release-capsule/packer';
import type { TrustedRoot } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { loadKey } from './load-key.ts';
import { loadSigstore } from './load-sigstore.ts';
import { readInput } from './read-input.ts';
import type { SigningFlags } from './signing-flags.ts';

/** Who signs: what a certificate says is known once there is one. */
export type SignerIdentity =
  | { readonly kind: 'key'; readonly publicKeyPem: string }
  | { readonly kind: 'keyless'; readonly identity: string; readonly issuer: string };

/** A signer, who vouches for what it signs, and what that is judged by. */
export interface LoadedSigner {
  readonly signer: Signer;
  readonly witnesses: readonly Witness[];
  readonly services: SigningServices;
  /** An identity always has one. */
  readonly root?: TrustedRoot;
  /** Finds out who signs: the certificate is asked for, if that has not been done. */
  readonly identify: () => Promise<SignerIdentity>;
}

const maxTokenBytes = 64 * 1024; // those of CI services have two thousand

/**
 * Loads who signs, a key or an identity, and the services that vouch for it.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {PackError} `KEY_INVALID`, `KEY_PASSWORD`,
 * `SIGNING_CONFIG_INVALID`, `IDENTITY_UNAVAILABLE`, `SERVICE_UNAVAILABLE`.
 */
export async function loadSigner(flags: SigningFlags, context: Context): Promise<LoadedSigner> {
  const { key, keyless = false } = flags;
  refuseContradictions(flags);
  if (key !== undefined && key !== '') return withKey(key, flags, context);
  if (keyless) return withIdentity(flags, context);
  throw new CliError('OPTION_INVALID', '--key is missing', {
    hint: 'Give --key FILE, or --keyless in a CI job; for release, capsule.yaml can say it too.',
  });
}

async function withKey(key: string, flags: SigningFlags, context: Context): Promise<LoadedSigner> {
  const { services, root } = await loadSigstore(flags, context);
  const signingKey = await loadKey(key, context);
  const identity: SignerIdentity = { kind: 'key', publicKeyPem: signingKey.publicKeyPem };
  const witnesses = openWitnesses(services, context.signal);
  return { signer: keySigner(signingKey), witnesses, services, ...(root !== undefined && { root }), identify: async () => identity };
}

async function withIdentity(flags: SigningFlags, context: Context): Promise<LoadedSigner> {
  const { now, signal, env } = context;
  const { services, root } = await loadSigstore(flags, context);
  const { certificateAuthority } = services;
  if (certificateAuthority === undefined) throw incomplete('no certificate authority', 'Give --fulcio-url, or list caUrls.');
  // A certificate lives for minutes: without a time from elsewhere nobody could verify the signature afterwards.
  if (!hasTime(services)) throw incomplete('no service that states the time', 'Add a timestamp authority, or a Rekor v1 log.');
  if (root === undefined) throw incomplete('nothing to check its signature against', 'Give --trusted-root FILE, of the same Sigstore.');
  const file = await readToken(flags.identityToken, context);
  const token = await findIdentity({ env, file, now: now(), signal });
  const signer = keylessSigner({ certificateAuthority, identity: token, now });
  const identify = async (): Promise<SignerIdentity> => {
    const { identity, issuer } = await signer.certificate(signal);
    return { kind: 'keyless', identity, issuer };
  };
  return { signer, witnesses: openWitnesses(services, signal), services, root, identify };
}

function hasTime({ logs, timestampAuthorities }: SigningServices): boolean {
  return timestampAuthorities.length > 0 || logs.some(({ majorApiVersion }) => majorApiVersion === 1);
}

type TokenFile = NonNullable<FindIdentityOptions['file']>;

async function readToken(path: string | undefined, context: Context): Promise<TokenFile | undefined> {
  if (path === undefined) return undefined;
  return { text: Buffer.from(await readInput(path, 'the identity token', maxTokenBytes, context)).toString('utf8'), path };
}

/** What would silently be without effect is a misunderstanding. */
function refuseContradictions({ key, keyless = false, identityToken, fulcioUrl }: SigningFlags): void {
  if (key !== undefined && keyless) throw contradiction('--key', '--keyless');
  if (keyless) return;
  if (identityToken !== undefined) throw contradiction('--identity-token', '--key');
  if (fulcioUrl !== undefined) throw contradiction('--fulcio-url', '--key');
}

function contradiction(one: string, other: string): CliError {
  return new CliError('OPTION_INVALID', `${one} is given, which does not go with ${other}`, {
    hint: 'Sign either with --key, or in the name of an identity with --keyless.',
  });
}

function incomplete(what: string, hint: string): CliError {
  return new CliError('OPTION_INVALID', `keyless signing has ${what}`, { hint });
}
