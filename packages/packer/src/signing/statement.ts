import { attestationTypes, predicateTypes } from '@release-capsule/schema';
import { PackError } from '../errors.ts';

const sha256Pattern = /^sha256:([0-9a-f]{64})$/;

/**
 * Writes the in-toto statement that signs a manifest, byte for byte as cosign writes it: no subject name, empty
 * annotations, an empty predicate, no white space. (Some builds of cosign put a space after each comma: Go's protojson
 * chooses by the binary. Both are read everywhere.)
 * Source: cosign v3.1.2, cmd/cosign/cli/sign/sign.go, `signDigestBundle`; in-toto Statement v1.
 * @throws {PackError} `NOT_A_CAPSULE` where the digest is not SHA-256, the only one that a capsule has.
 */
export function signatureStatement(digest: string): Uint8Array {
  const sha256 = sha256Pattern.exec(digest)?.[1];
  if (sha256 === undefined) {
    throw new PackError('NOT_A_CAPSULE', `cannot sign ${digest}: a capsule's digest is SHA-256`);
  }
  const statement = {
    _type: attestationTypes.statement,
    subject: [{ digest: { sha256 }, annotations: {} }],
    predicateType: predicateTypes.signature,
    predicate: {},
  };
  return Buffer.from(JSON.stringify(statement), 'utf8');
}
