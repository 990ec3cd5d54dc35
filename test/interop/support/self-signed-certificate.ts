import { type KeyObject, sign } from 'node:crypto';

const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
const commonNameId = Buffer.from('0603550403', 'hex');
const version3 = Buffer.from('a003020102', 'hex');
const serialNumber1 = Buffer.from('020101', 'hex');

/**
 * Writes a certificate for a P-256 key, signed by itself and valid for this century, or until a UTCTime: what docker-registry wants to
 * know the key of a token service by. Source: RFC 5280, section 4.1.
 */
export function selfSignedCertificate(privateKey: KeyObject, publicKey: KeyObject, name: string, until = '491231235959Z'): Buffer {
  const issuer = sequence(tagged(0x31, sequence(commonNameId, tagged(0x0c, Buffer.from(name)))));
  const validity = sequence(tagged(0x17, Buffer.from('200101000000Z')), tagged(0x17, Buffer.from(until)));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(version3, serialNumber1, ecdsaWithSha256, issuer, validity, issuer, key);
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]);
  return sequence(body, ecdsaWithSha256, tagged(0x03, signature));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** Writes one DER value. Source: ITU-T X.690, section 8.1. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...(length < 0x80 ? [length] : long)), content]);
}
