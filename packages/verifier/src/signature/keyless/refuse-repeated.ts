import type { SignedEntity } from '@sigstore/verify';
import type { EvidenceThresholds } from '../../policy/policy.ts';
import { refuse, type Refusal } from '../refusal.ts';

/**
 * Tells why too few different logs, or witnesses of the time, vouch for a signature, or returns nothing. @sigstore/verify
 * counts entries and timestamps that differ in anything: one log can enter a signature twice, as two kinds of entry, and
 * one authority states a new time every second. Who asks for two asks for two who would have to collude.
 */
export function refuseRepeated({ tlogEntries, timestamps }: SignedEntity, wanted: EvidenceThresholds): Refusal | undefined {
  const logs = new Set(tlogEntries.map(({ logId }) => logId.keyId.toString('hex')));
  if (logs.size < wanted.logEntries) {
    return refuse('SIGNATURE_LOG_MISSING', `is in ${logs.size} transparency logs, wanted ${wanted.logEntries}`);
  }
  const witnesses = new Set(timestamps.flatMap(timeWitness));
  if (witnesses.size >= wanted.timestamps) return undefined;
  return refuse('SIGNATURE_TIME_MISSING', `has its time of signing from ${witnesses.size} witnesses, wanted ${wanted.timestamps}`);
}

/** Names who states a time; nothing where no signature covers it. */
function timeWitness(timestamp: SignedEntity['timestamps'][number]): readonly string[] {
  if (timestamp.$case === 'timestamp-authority') {
    const { signerIssuer, signerSerialNumber } = timestamp.timestamp;
    return [`${signerIssuer.toString('hex')} ${signerSerialNumber.toString('hex')}`];
  }
  const { inclusionPromise, logId } = timestamp.tlogEntry;
  return inclusionPromise === undefined ? [] : [logId.keyId.toString('hex')];
}
