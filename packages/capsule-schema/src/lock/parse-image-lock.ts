import { validate } from '#generated/capsule-lock';
import { describeSchemaErrors } from '../defects/schema-errors.ts';
import { SchemaError } from '../errors.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { type ImageLock, lockFileName } from './image-lock.ts';

/** Bound of `capsule.lock.yaml`, in bytes: 256 images with 16 names each. */
export const maxLockBytes: number = 512 * 1024;

const knownKeys: readonly string[] = [
  'apiVersion',
  'kind',
  'image',
  'images',
  'repository',
  'tag',
  'digest',
  'registry',
  'names',
  'name',
  'values',
  'rendered',
  'by',
  'kustomize',
  'helm',
  'kubeVersion',
  'probe',
];

/**
 * Parses `capsule.lock.yaml`.
 * Source: docs/files.md, "capsule.lock.yaml".
 * @throws {SchemaError} `LOCK_INVALID`.
 */
export function parseImageLock(bytes: Uint8Array): ImageLock {
  const value = parse(bytes);
  if (!validate(value)) throw invalid(`is not valid: ${describeSchemaErrors(value, validate.errors, knownKeys)}`);
  const { image, images, rendered } = value as ImageLock;
  return { ...(image !== undefined && { image }), images, ...(rendered !== undefined && { rendered }) };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseYaml(bytes, { what: lockFileName, maxBytes: maxLockBytes });
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new SchemaError('LOCK_INVALID', cause.message, { hint, cause });
  }
}

const hint = 'Write it again with capsule lock. The schema is @release-capsule/schema/capsule-lock.schema.json.';

function invalid(why: string): SchemaError {
  return new SchemaError('LOCK_INVALID', `${lockFileName} ${why}`, { hint });
}
