import { parseStrictJson } from '@release-capsule/oci';
import { quote, sha256 } from '@release-capsule/schema';
import { TrustedRoot as RootMessage } from '@sigstore/protobuf-specs';
import { VerifyError } from '../errors.ts';
import { findRootDefect } from './root-defect.ts';
import { maxTrustedRootBytes, type TrustedRoot } from './trusted-root.ts';

const mediaTypes: readonly string[] = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
];

/**
 * Parses a `trusted_root.json` and checks it before anything is verified against it: each authority and log has a key or
 * a chain, and a period that begins.
 * Source: protobuf-specs v0.5, sigstore_trustroot.proto, `TrustedRoot`.
 * @throws {VerifyError} `TRUST_INVALID`.
 */
export function parseTrustedRoot(bytes: Uint8Array, origin: Pick<TrustedRoot, 'source' | 'label' | 'fetchedAt'>): TrustedRoot {
  const message = parseMessage(bytes, origin.label);
  const defect = findRootDefect(message);
  if (defect !== undefined) throw invalid(origin.label, defect);
  return { ...origin, digest: sha256(bytes), message };
}

function parseMessage(bytes: Uint8Array, label: string): RootMessage {
  if (bytes.byteLength > maxTrustedRootBytes) throw invalid(label, `it is larger than ${maxTrustedRootBytes} bytes`);
  const message = attempt(label, () => RootMessage.fromJSON(parseStrictJson(bytes, 'it')));
  if (mediaTypes.includes(message.mediaType)) return message;
  throw invalid(label, `its mediaType is ${quote(message.mediaType)}, wanted ${mediaTypes.join(' or ')}`);
}

function attempt<Result>(label: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw invalid(label, quote(reason), cause);
  }
}

function invalid(label: string, why: string, cause?: unknown): VerifyError {
  return new VerifyError('TRUST_INVALID', `the trusted root ${quote(label)} cannot be used: ${why}`, {
    hint: 'Get it anew: capsule trust export, or cosign trusted-root create for a private Sigstore.',
    cause,
  });
}
