import { type JsonValue, recogniseProvenance } from '@release-capsule/schema';
import { packBuilderId } from '../metadata/generate-provenance.ts';
import type { CiRun } from '../source/ci-run.ts';

/**
 * Makes the predicate of the provenance that is attached to a capsule. What the packer has generated names no run, so
 * that one commit makes one capsule: the run's builder, invocation and facts are added here. Provenance that somebody
 * else has written speaks for itself, and is taken as it is.
 * Source: SLSA v1.1, build provenance.
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function attestedProvenance(bytes: Uint8Array, run: CiRun | undefined): JsonValue {
  const { predicate, builderId } = recogniseProvenance(bytes);
  const generated = predicate as { readonly [key: string]: JsonValue };
  if (builderId !== packBuilderId || run === undefined) return generated;
  return {
    buildDefinition: { ...(generated['buildDefinition'] as object), internalParameters: { [run.provider]: run.facts } },
    runDetails: { builder: { id: run.builderId ?? packBuilderId }, metadata: { invocationId: run.invocationId } },
  };
}
