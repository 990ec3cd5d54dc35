import { attestationTypes, type JsonValue, predicateTypes, recogniseSbom } from '@release-capsule/schema';
import type { CiRun } from '../source/ci-run.ts';
import { attestedProvenance } from './attested-provenance.ts';

/** What can be attested of a capsule: how it came about, and what is in it. */
export type AttestationKind = 'provenance' | 'sbom';

/** What an attestation says, and of what. */
export interface AttestationContent {
  readonly kind: AttestationKind;
  /** The provenance's statement, or the SBOM's document. */
  readonly bytes: Uint8Array;
  readonly capsuleDigest: string;
  readonly run?: CiRun | undefined;
}

/** An attestation before it is signed. */
export interface AttestationStatement {
  readonly predicateType: string;
  readonly statement: Uint8Array;
}

/**
 * Writes the statement of an attestation: the capsule's manifest is its one subject, whatever subjects the file had. No
 * image ever is: tools that ignore the predicate would take the statement for the image's signature.
 * Source: in-toto Attestation Framework v1, Statement; docs/format.md, "Signatures and attestations".
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function attestationStatement({ kind, bytes, capsuleDigest, run }: AttestationContent): AttestationStatement {
  const predicateType = kind === 'provenance' ? predicateTypes.provenance : predicateTypes[recogniseSbom(bytes)];
  const predicate = kind === 'provenance' ? attestedProvenance(bytes, run) : parse(bytes);
  const statement = {
    _type: attestationTypes.statement,
    subject: [{ digest: { sha256: capsuleDigest.slice('sha256:'.length) } }],
    predicateType,
    predicate,
  };
  return { predicateType, statement: Buffer.from(JSON.stringify(statement), 'utf8') };
}

function parse(bytes: Uint8Array): JsonValue {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
