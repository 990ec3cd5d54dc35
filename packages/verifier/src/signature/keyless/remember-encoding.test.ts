import { ASN1Obj, X509Certificate } from '@sigstore/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrivateInstance } from '../testing/private-instance.ts';
import { rememberEncoding } from './remember-encoding.ts';

const octetString = 0x04;
const sequence = 0x30;

const instance = await PrivateInstance.start();
const issued = await instance.issue({ identity: 'job@example.org', issuer: 'https://issuer.example' });
const der = Buffer.from(issued.der);

test('a certificate is encoded as the library encodes it, in whole and in each of its parts', () => {
  const certificate = X509Certificate.parse(der);
  const remembered = rememberEncoding(certificate);

  expect(remembered.root.toDER()).toEqual(der);
  expect(remembered.equals(certificate)).toBe(true);
  expect(remembered.tbsCertificate.toDER()).toEqual(certificate.tbsCertificate.toDER());
  expect(remembered.publicKey).toEqual(certificate.publicKey);
});

test('so is anything else, however long', () => {
  const content = fc.oneof(fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536), fc.nat({ max: 70_000 }));

  fc.assert(
    fc.property(fc.array(content, { maxLength: 3 }), (lengths) => {
      const inner = lengths.map((length) => encode(octetString, Buffer.alloc(length, 0xff)));
      const bytes = encode(sequence, Buffer.concat(inner));
      const remembered = rememberEncoding(new X509Certificate(ASN1Obj.parseBuffer(bytes)));

      expect(remembered.root.toDER().equals(ASN1Obj.parseBuffer(bytes).toDER())).toBe(true);
      expect(remembered.root.toDER().equals(bytes)).toBe(true);
    }),
  );
});

test('it is encoded once', () => {
  const { root } = rememberEncoding(X509Certificate.parse(der));

  expect(root.toDER()).toBe(root.toDER());
});

/** Encodes by the definition: as few octets of length as there can be. */
function encode(tag: number, content: Buffer): Buffer<ArrayBuffer> {
  const hex = content.byteLength.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const head = content.byteLength < 128 ? octets : Buffer.concat([Buffer.of(0x80 | octets.byteLength), octets]);
  return Buffer.concat([Buffer.of(tag), head, content]);
}
