/**
 * Encodes what a DSSE envelope's signature is of: the payload with its type, so that neither can be taken for another.
 * Source: DSSE v1.0.2, protocol.md, "Signature Definition".
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
