import { attestationTypes } from '@release-capsule/schema';

/**
 * Writes the bytes that a DSSE signature over an in-toto statement is over.
 * Source: DSSE v1.0, protocol.md, "Signature Definition".
 */
export function preAuthEncoding(payload: Uint8Array): Uint8Array {
  const { payload: payloadType } = attestationTypes;
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `, 'ascii'),
    payload,
  ]);
}
