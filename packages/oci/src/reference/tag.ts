import { isTag } from '@release-capsule/core';
import { OciError } from '../errors.ts';

/**
 * Parses a tag. Source: OCI distribution-spec v1.1.1, "Pulling manifests".
 * @throws {OciError} `REFERENCE_INVALID`.
 */
export function parseTag(text: string): string {
  if (isTag(text)) return text;
  throw new OciError('REFERENCE_INVALID', `${JSON.stringify(text.slice(0, 160))} is not a tag`, {
    hint: 'A tag is 1 to 128 letters, digits, "_", "." and "-", and starts with a letter, a digit or "_".',
  });
}
