import { resolve } from 'node:path';
import { quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { loadTrustedRoot } from '../trust/load-trusted-root.ts';
import { maxTrustedRootBytes, type TrustedRoot } from '../trust/trusted-root.ts';
import type { PolicyFiles } from './read-signers.ts';

/** How a policy names the root of the public Sigstore instance. */
export const publicGood = 'public-good';

/**
 * Reads the trusted root that a policy names: the public instance's, or a file.
 * @throws {VerifyError} `TRUST_INVALID`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function readTrustedRoot(name: string, files: PolicyFiles): Promise<TrustedRoot> {
  if (name === publicGood) return readPublicGoodRoot(files);
  const bytes = await readFile(name, maxTrustedRootBytes, files);
  return loadTrustedRoot(bytes, { source: 'file', label: name });
}

async function readPublicGoodRoot(files: PolicyFiles): Promise<TrustedRoot> {
  if (files.readPublicGoodRoot !== undefined) return files.readPublicGoodRoot();
  throw new VerifyError('TRUST_UNAVAILABLE', 'the public Sigstore root is needed, and nothing says how to get it', {
    hint: 'Name the path of a trusted_root.json in trust.trustedRoot.',
  });
}

async function readFile(path: string, maxBytes: number, files: PolicyFiles): Promise<Uint8Array> {
  try {
    return await files.readFile(resolve(files.directory, path), maxBytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new VerifyError('TRUST_INVALID', `the trusted root ${quote(path)} cannot be read: ${why}`, {
      hint: "Give the path of a trusted_root.json, relative to the policy's file, or public-good.",
      cause,
    });
  }
}
