import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { readDer, writeDer } from './der.mjs';
import { readBody, startHttpServer } from './http-server.mjs';

const sequence = 0x30;
const extensionsTag = 0xa3;
const poison = Buffer.from('060a2b06010401d679020403', 'hex'); // 1.3.6.1.4.1.11129.2.4.3

/**
 * Starts a stand-in for a certificate transparency log: it promises to log what it is shown, with a real signature, and
 * keeps nothing. Every real log needs a database or a bucket, and a verifier of bundles asks a log for nothing.
 * Source: RFC 6962, sections 3.2 and 4.2.
 */
export async function startCertificateLog() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(spki).digest();
  const server = await startHttpServer({
    'POST /ct/v1/add-pre-chain': async (request) => {
      const { chain } = JSON.parse(await readBody(request));
      const [precertificate, issuer] = chain.map((text) => Buffer.from(text, 'base64'));
      const timestamp = Date.now();
      const signature = sign('sha256', toBeSigned(timestamp, precertificate, issuer), privateKey);
      return { sct_version: 0, id: id.toString('base64'), timestamp, extensions: '', signature: digitallySigned(signature) };
    },
  });
  return { ...server, spki, id, pem: publicKey.export({ type: 'spki', format: 'pem' }) };
}

function toBeSigned(timestamp, precertificate, issuer) {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(timestamp));
  const head = Buffer.of(0, 0); // version 1, certificate_timestamp
  const type = Buffer.of(0, 1); // precert_entry
  const issuerKey = new X509Certificate(issuer).publicKey.export({ type: 'spki', format: 'der' });
  const issuerKeyHash = createHash('sha256').update(issuerKey).digest();
  const body = withoutPoison(precertificate);
  const length = Buffer.alloc(3);
  length.writeUIntBE(body.length, 0, 3);
  return Buffer.concat([head, time, type, issuerKeyHash, length, body, Buffer.of(0, 0)]);
}

/** The part of a certificate that is signed, as it will be in the one that is issued: without the mark of a precertificate. */
function withoutPoison(precertificate) {
  const [certificate] = readDer(precertificate);
  const [body] = readDer(certificate.content);
  const fields = readDer(body.content).map((field) => {
    if (field.tag !== extensionsTag) return field.bytes;
    const [list] = readDer(field.content);
    const kept = readDer(list.content).filter(({ content }) => !content.subarray(0, poison.length).equals(poison));
    return writeDer(extensionsTag, writeDer(sequence, ...kept.map(({ bytes }) => bytes)));
  });
  return writeDer(sequence, ...fields);
}

/** Source: RFC 5246, section 4.7: SHA-256, ECDSA, the signature with its length. */
function digitallySigned(signature) {
  return Buffer.concat([Buffer.of(4, 3, signature.length >> 8, signature.length & 0xff), signature]).toString('base64');
}
