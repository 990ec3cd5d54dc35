import { SchemaError } from '../errors.ts';
import { attestationTypes, predicateTypes } from '../media-types.ts';
import { isJsonObject, type JsonObject, parseMetadataObject } from './metadata-json.ts';

/** What a provenance file says, as far as it was looked at. */
export interface RecognisedProvenance {
  /** `runDetails.builder.id`. */
  readonly builderId: string;
  readonly buildType: string;
  /** The digests of each subject by algorithm, in the file's order. */
  readonly subjects: readonly Readonly<Record<string, string>>[];
  readonly predicate: JsonObject;
}

/**
 * Reads a provenance file: an in-toto statement whose predicate is SLSA provenance v1. Nothing it says is believed.
 * Source: in-toto Attestation Framework v1, Statement; SLSA v1.1, build provenance.
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function recogniseProvenance(bytes: Uint8Array): RecognisedProvenance {
  const statement = parseMetadataObject(bytes, 'the provenance');
  if (statement['_type'] !== attestationTypes.statement) {
    throw invalid(`its _type is not ${attestationTypes.statement}`);
  }
  if (statement['predicateType'] !== predicateTypes.provenance) {
    throw invalid(`its predicateType is not ${predicateTypes.provenance}`);
  }
  const predicate = objectAt(statement, 'predicate');
  const definition = objectAt(predicate, 'buildDefinition');
  objectAt(definition, 'externalParameters');
  return {
    builderId: textAt(objectAt(objectAt(predicate, 'runDetails'), 'builder'), 'id'),
    buildType: textAt(definition, 'buildType'),
    subjects: subjectDigests(statement['subject']),
    predicate,
  };
}

function subjectDigests(subjects: unknown): readonly Readonly<Record<string, string>>[] {
  if (!Array.isArray(subjects) || subjects.length === 0) throw invalid('it has no subject');
  return subjects.map((subject: unknown) => {
    const digests = Object.entries(isJsonObject(subject) ? objectAt(subject, 'digest') : {});
    const texts = digests.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    if (texts.length === 0 || texts.length < digests.length) throw invalid('a subject has no digest');
    return Object.fromEntries(texts);
  });
}

function objectAt(owner: JsonObject, key: string): JsonObject {
  const value = owner[key];
  if (isJsonObject(value)) return value;
  throw invalid(`it has no object ${JSON.stringify(key)} where one belongs`);
}

function textAt(owner: JsonObject, key: string): string {
  const value = owner[key];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`it has no text ${JSON.stringify(key)} where one belongs`);
}

function invalid(problem: string): SchemaError {
  return new SchemaError('METADATA_INVALID', `the provenance cannot be used: ${problem}`, {
    hint: 'Give an in-toto statement with SLSA provenance v1, out of its envelope, or give none and let one be made.',
  });
}
