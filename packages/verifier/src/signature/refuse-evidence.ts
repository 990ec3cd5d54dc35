import type { Bundle } from '@sigstore/bundle';
import { refuse, type Refusal } from './refusal.ts';

type Evidence = Bundle['verificationMaterial'];
type LogEntry = Pick<Evidence['tlogEntries'][number], 'logIndex' | 'integratedTime' | 'inclusionProof'>;

// What is parsed of these, anybody who may push has written: a certificate of twelve megabytes, tiny objects alone, holds
// the processor for sixteen seconds and takes a gigabyte and a half, and nothing needs to be signed for that.
const maxCertificateBytes = 16 * 1024; // Fulcio's have one thousand, and a thousand of them may be parsed
const maxTimestampBytes = 64 * 1024; // with its certificate chain some five thousand
const maxCheckpointCharacters = 64 * 1024; // with a dozen witnesses two thousand; its tree's size is a number of any length
const countPattern = /^(?:0|[1-9][0-9]{0,18})$/; // 64 bits, as protobuf's JSON writes them

/** Tells what of a bundle's evidence is too large to be parsed, or is no number where one must be, or returns nothing. */
export function refuseEvidence({ content, tlogEntries, timestampVerificationData }: Evidence): Refusal | undefined {
  const stamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (content.$case === 'certificate' && content.certificate.rawBytes.length > maxCertificateBytes) {
    return tooLarge('a certificate', `${maxCertificateBytes} bytes`);
  }
  if (stamps.some(({ signedTimestamp }) => signedTimestamp.length > maxTimestampBytes)) {
    return tooLarge('a timestamp', `${maxTimestampBytes} bytes`);
  }
  if (tlogEntries.some(({ inclusionProof }) => (inclusionProof?.checkpoint?.envelope.length ?? 0) > maxCheckpointCharacters)) {
    return tooLarge('a checkpoint', `${maxCheckpointCharacters} characters`);
  }
  // Where the log promises nothing, no signature covers the index: without this it could be any text, in our evidence.
  if (tlogEntries.every((entry) => countsOf(entry).every((text) => countPattern.test(text)))) return undefined;
  return refuse('SIGNATURE_MALFORMED', 'has a log entry whose index, size or time is not a number');
}

function countsOf({ logIndex, integratedTime, inclusionProof }: LogEntry): readonly string[] {
  const proof = inclusionProof === undefined ? [] : [inclusionProof.logIndex, inclusionProof.treeSize];
  return [logIndex, integratedTime, ...proof];
}

function tooLarge(what: string, limit: string): Refusal {
  return refuse('SIGNATURE_TOO_LARGE', `has ${what} of more than ${limit}`);
}
