import { isJsonObject, readJsonObject } from '@release-capsule/oci';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { decodeBase64 } from './decode-base64.ts';

const logIdPattern = /^[0-9a-f]{64}$/;

/**
 * Parses the annotation in which cosign keeps the entry of a Rekor v1 log: its body, and the log's signed promise to
 * include it. Nothing for any other form: nobody has signed the annotation itself.
 * Source: cosign v2.6.4, pkg/cosign/bundle/rekor.go, `RekorBundle`.
 */
export function parseLogAnnotation(text: string): TransparencyLogEntry | undefined {
  const json = readJsonObject(Buffer.from(text));
  const { SignedEntryTimestamp: promise, Payload: payload } = json ?? {};
  if (!isJsonObject(payload) || !hasKeys(json, 2) || !hasKeys(payload, 4)) return undefined;
  const signedEntryTimestamp = decodeBase64(promise);
  const canonicalizedBody = decodeBase64(payload['body']);
  const { integratedTime, logIndex, logID } = payload;
  if (signedEntryTimestamp === undefined || canonicalizedBody === undefined) return undefined;
  if (!isCount(integratedTime) || integratedTime === 0 || !isCount(logIndex)) return undefined;
  const kindVersion = readKind(canonicalizedBody);
  if (typeof logID !== 'string' || !logIdPattern.test(logID) || kindVersion === undefined) return undefined;
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex') },
    kindVersion,
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

function readKind(body: Buffer): TransparencyLogEntry['kindVersion'] | undefined {
  const { kind, apiVersion: version } = readJsonObject(body) ?? {};
  return typeof kind === 'string' && typeof version === 'string' ? { kind, version } : undefined;
}

function hasKeys(value: unknown, count: number): boolean {
  return isJsonObject(value) && Object.keys(value).length === count;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
