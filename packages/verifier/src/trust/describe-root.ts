import { X509Certificate } from 'node:crypto';
import type { CertificateAuthority, TimeRange, TransparencyLogInstance } from '@sigstore/protobuf-specs';
import type { RootPart, RootPartKind } from './root-part.ts';
import { findRootWarnings, type RootWarning } from './root-warnings.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** What a trusted root holds, and what somebody who relies on it should know. */
export interface RootDescription {
  readonly parts: readonly RootPart[];
  /** When the newest period begins: the root is at least as young. */
  readonly newest: Date;
  readonly warnings: readonly RootWarning[];
}

/** Describes a trusted root as it is at a time. */
export function describeRoot({ message }: TrustedRoot, now: Date): RootDescription {
  const parts = [
    ...message.certificateAuthorities.map((authority) => authorityPart('certificate-authority', authority, now)),
    ...message.tlogs.map((log) => logPart('transparency-log', log, now)),
    ...message.ctlogs.map((log) => logPart('certificate-log', log, now)),
    ...message.timestampAuthorities.map((authority) => authorityPart('timestamp-authority', authority, now)),
  ];
  const newest = new Date(Math.max(...parts.map(({ from }) => from.getTime())));
  return { parts, newest, warnings: findRootWarnings(parts, now) };
}

function authorityPart(kind: RootPartKind, { certChain, uri, validFor }: CertificateAuthority, now: Date): RootPart {
  const certificates = (certChain?.certificates ?? []).map(({ rawBytes }) => new X509Certificate(rawBytes));
  const ends = certificates.map(({ validToDate }) => validToDate.getTime());
  // The first issues; the others vouch for it.
  const name = certificates[0]?.subject.replaceAll('\n', ', ') ?? '';
  return { kind, url: uri, name, certificatesUntil: new Date(Math.min(...ends)), ...periodOf(validFor, now) };
}

function logPart(kind: RootPartKind, { baseUrl, logId, publicKey }: TransparencyLogInstance, now: Date): RootPart {
  return { kind, url: baseUrl, name: Buffer.from(logId?.keyId ?? []).toString('hex'), ...periodOf(publicKey?.validFor, now) };
}

/** A root whose periods do not begin has been refused when it was parsed. */
function periodOf(period: TimeRange | undefined, now: Date): Pick<RootPart, 'from' | 'until' | 'state'> {
  const { start: from = new Date(0), end: until } = period ?? {};
  const hasEnded = until !== undefined && until < now;
  const state = now < from ? 'future' : hasEnded ? 'ended' : 'current';
  return { from, ...(until !== undefined && { until }), state };
}
