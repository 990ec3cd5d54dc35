import { hostList, OciError } from '@release-capsule/oci';
import { parseEntryPath, SchemaError, selectPaths } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import { isSameRepository } from '../repository-name.ts';
import { checkSummarySigners } from './check-summary-signers.ts';
import { everySigner } from './every-signer.ts';
import { needsTrustedRoot } from './needs-trusted-root.ts';
import type { Policy } from './policy.ts';

/**
 * Checks what a JSON Schema cannot say: that somebody is trusted, and that the fields of a policy agree.
 * @throws {VerifyError} `TRUST_MISSING`, `POLICY_INVALID`.
 */
export function checkPolicy(policy: Policy): void {
  checkTrust(policy);
  checkSummarySigners(policy);
  checkRepositories(policy);
  checkPaths(policy);
  checkHosts(policy);
}

function checkTrust(policy: Policy): void {
  const { capsule: { signers, threshold }, image, trustedRoot } = policy;
  if (signers.length === 0) {
    throw new VerifyError('TRUST_MISSING', 'no signer is trusted: neither policy nor options name one', {
      hint: 'Name a key in capsule.signers, or give --key: there is no unsigned default.',
    });
  }
  if (threshold > signers.length) throw invalid(`capsule.threshold is ${threshold}, and there are only ${signers.length} signers`);
  // Without signers the image's signature is not asked for, and one is the default.
  if (image !== undefined && image.threshold > Math.max(1, image.signers.length)) {
    throw invalid(`image.threshold is ${image.threshold}, and there are only ${image.signers.length} signers`);
  }
  if (trustedRoot === undefined && everySigner(policy).some(needsTrustedRoot)) {
    throw new VerifyError('TRUST_MISSING', 'a signer needs a trusted root, and the policy names none', {
      hint: 'Give --trusted-root FILE, or let trust.trustedRoot name one.',
    });
  }
}

function checkRepositories({ capsule, image, pairing, require }: Policy): void {
  if (image === undefined) {
    if (!require.provenance || pairing === 'locked') return;
    throw invalid("require.provenance asks for the image's, and image.repository does not say where it lies");
  }
  if (pairing === 'locked') throw invalid('pairing is "locked", which means no application image, and image names one');
  if (capsule.repository === undefined || !isSameRepository(capsule.repository, image.repository)) return;
  throw invalid('capsule.repository and image.repository are one: nothing would tell the image from the capsule');
}

function checkPaths({ source }: Policy): void {
  if (source === undefined) return;
  const { path } = source;
  if (path !== undefined && path !== '.') attempt('source.path', () => parseEntryPath(path));
  attempt('source', () => selectPaths(source.include, source.exclude));
}

function checkHosts({ allow }: Policy): void {
  try {
    hostList(allow.hosts ?? []);
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    throw invalid(`allow.hosts: ${cause.message}`, cause);
  }
}

function attempt(place: string, parse: () => unknown): void {
  try {
    parse();
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw invalid(`${place}: ${cause.message}`, cause);
  }
}

function invalid(why: string, cause?: unknown): VerifyError {
  return new VerifyError('POLICY_INVALID', `the policy is not valid: ${why}`, { cause });
}
