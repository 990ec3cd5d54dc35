import { recogniseProvenance, recogniseSbom, type SbomFormat, SchemaError } from '@release-capsule/schema';
import { PackError } from '../errors.ts';

/**
 * Checks that an SBOM that was given is one, and tells which kind.
 * @throws {PackError} `METADATA_INVALID`.
 */
export function checkSbom(bytes: Uint8Array): SbomFormat {
  return asPackError(() => recogniseSbom(bytes));
}

/**
 * Checks that a provenance that was given is one: an in-toto statement with SLSA provenance v1.
 * @throws {PackError} `METADATA_INVALID`.
 */
export function checkProvenance(bytes: Uint8Array): void {
  asPackError(() => recogniseProvenance(bytes));
}

function asPackError<T>(recognise: () => T): T {
  try {
    return recognise();
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    const hint = cause.hint === undefined ? {} : { hint: cause.hint };
    throw new PackError('METADATA_INVALID', cause.message, { ...hint, cause });
  }
}
