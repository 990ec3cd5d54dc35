import { X509Certificate } from 'node:crypto';
import type { CertificateAuthority, TimeRange, TransparencyLogInstance, TrustedRoot } from '@sigstore/protobuf-specs';

const maxInstances = 64; // of each kind: the public instance has had three in five years
const maxChainCertificates = 8;

/** Says what is wrong with a trusted root, or returns nothing. */
export function findRootDefect({ tlogs, certificateAuthorities, ctlogs, timestampAuthorities }: TrustedRoot): string | undefined {
  if (certificateAuthorities.length + tlogs.length + timestampAuthorities.length === 0) return 'it names no authority and no log';
  return (
    firstDefect('tlogs', tlogs, findLogDefect) ??
    firstDefect('ctlogs', ctlogs, findLogDefect) ??
    firstDefect('certificateAuthorities', certificateAuthorities, findAuthorityDefect) ??
    firstDefect('timestampAuthorities', timestampAuthorities, findAuthorityDefect)
  );
}

function firstDefect<Instance>(
  name: string,
  list: readonly Instance[],
  find: (instance: Instance) => string | undefined,
): string | undefined {
  if (list.length > maxInstances) return `${name} has ${list.length} entries, the limit is ${maxInstances}`;
  for (const [index, instance] of list.entries()) {
    const defect = find(instance);
    if (defect !== undefined) return `${name}[${index}] ${defect}`;
  }
  return undefined;
}

function findLogDefect({ baseUrl, logId, publicKey }: TransparencyLogInstance): string | undefined {
  // The name in a checkpoint is looked for in the address: an empty address would hold none.
  if (baseUrl === '') return 'has no baseUrl';
  if ((logId?.keyId.byteLength ?? 0) === 0) return 'has no logId';
  if (publicKey?.rawBytes === undefined || publicKey.rawBytes.byteLength === 0) return 'has no public key';
  return findPeriodDefect(publicKey.validFor);
}

function findAuthorityDefect({ certChain, validFor }: CertificateAuthority): string | undefined {
  const certificates = certChain?.certificates ?? [];
  if (certificates.length === 0) return 'has no certificate';
  if (certificates.length > maxChainCertificates) return `has a chain of ${certificates.length} certificates`;
  const isReadable = certificates.every(({ rawBytes }) => isCertificate(rawBytes));
  return isReadable ? findPeriodDefect(validFor) : 'has a certificate that cannot be read';
}

// A period without a beginning would be taken for one since 1970, and a key that was replaced after it had leaked
// would count for ever.
function findPeriodDefect(period: TimeRange | undefined): string | undefined {
  if (!isTime(period?.start)) return 'has a period of validity without a beginning';
  if (period.end === undefined) return undefined; // still in use
  if (!isTime(period.end)) return 'has a period of validity whose end cannot be read';
  return period.end < period.start ? 'has a period of validity that ends before it begins' : undefined;
}

function isTime(date: Date | undefined): date is Date {
  return date !== undefined && !Number.isNaN(date.getTime());
}

function isCertificate(rawBytes: Buffer): boolean {
  try {
    // Read by Node: @sigstore/core writes each key anew, which makes this the dearest part of reading a root.
    return new X509Certificate(rawBytes).publicKey.type === 'public';
  } catch {
    return false;
  }
}
