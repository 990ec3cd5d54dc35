import type { Digest } from '@release-capsule/schema';

const digestBytes = 32;

/**
 * Reads the fingerprint of a key from the hint in a bundle, which cosign and we write as its base64. Other tools may write
 * any text there: that names no key. Nothing vouches for a hint.
 * Source: sigstore-go, pkg/sign/keys.go, NewEphemeralKeypair.
 */
export function fingerprintOfHint(hint: string): Digest | undefined {
  const bytes = Buffer.from(hint, 'base64');
  if (bytes.length !== digestBytes || bytes.toString('base64') !== hint) return undefined;
  return `sha256:${bytes.toString('hex')}`;
}
