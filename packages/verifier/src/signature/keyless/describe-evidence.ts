import { RFC3161Timestamp } from '@sigstore/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { SignerFacts, SigningFacts } from '../signing-facts.ts';
import { readCertificate } from './certificate.ts';

const maxDescribed = 8; // of each kind, as many as are judged
const originPattern = /^([A-Za-z0-9.:/-]{1,200})(?: - [0-9]{1,20})?\n/;

// Older signatures carry no checkpoint that would name the log. Source: the public instance's trusted root, version 14.
const knownLogs: Readonly<Record<string, string>> = {
  c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d: 'rekor.sigstore.dev',
};

/** Describes log entries and timestamps as they present themselves. */
export function describeEvidence(
  entries: readonly TransparencyLogEntry[],
  stamps: readonly { readonly signedTimestamp: Uint8Array }[],
): Pick<SigningFacts, 'signedAt' | 'logged'> {
  const described = entries.slice(0, maxDescribed);
  const times = [...described.flatMap(promisedTime), ...stamps.slice(0, maxDescribed).flatMap(stampedTime)];
  return {
    signedAt: times.map((time) => time.toISOString()),
    logged: described.map((entry) => `${logName(entry)}#${entry.logIndex}`),
  };
}

/** Describes whom a certificate says that it was issued to. */
export function describeCertificate(der: Uint8Array): SignerFacts {
  try {
    const { identity, issuer, github: { repository } } = readCertificate(der);
    return { kind: 'certificate', identity, issuer, ...(repository !== undefined && { repository }) };
  } catch {
    return { kind: 'unreadable certificate' };
  }
}

function promisedTime({ inclusionPromise, integratedTime }: TransparencyLogEntry): readonly Date[] {
  const time = new Date(Number(integratedTime) * 1000);
  return inclusionPromise === undefined || Number.isNaN(time.getTime()) ? [] : [time];
}

function stampedTime({ signedTimestamp }: { readonly signedTimestamp: Uint8Array }): readonly Date[] {
  try {
    const { signingTime } = RFC3161Timestamp.parse(Buffer.from(signedTimestamp));
    return Number.isNaN(signingTime.getTime()) ? [] : [signingTime];
  } catch {
    return [];
  }
}

/** The name in its checkpoint, else the log's identifier. */
function logName({ inclusionProof, logId }: TransparencyLogEntry): string {
  const [, origin] = originPattern.exec(inclusionProof?.checkpoint?.envelope ?? '') ?? [];
  const id = logId.keyId.toString('hex');
  return origin ?? knownLogs[id] ?? `log ${id}`;
}
