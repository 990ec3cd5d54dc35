import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { mediaTypes } from '../media-types.ts';
import { parseDescriptor } from '../parse-descriptor.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';

/**
 * Parses an index of referrers as far as its list, entries as they are.
 * @throws {OciError} `MANIFEST_INVALID`; `what` names the index in the message.
 */
export function parseListedEntries(bytes: Uint8Array, what: string): readonly unknown[] {
  const index = parseStrictJson(bytes, what);
  const manifests = isJsonObject(index) ? index['manifests'] : undefined;
  if (Array.isArray(manifests)) return manifests;
  // Go writes an empty list as null.
  if (isJsonObject(index) && manifests === null) return [];
  throw new OciError('MANIFEST_INVALID', `${what} are not an image index: there is no list of manifests`);
}

/**
 * Parses one entry of a list of referrers; undefined where it is none or not of the wanted type. An entry that
 * cannot be read is passed over, so that it hides no other. One that states no type, or the empty one, stays:
 * older tools wrote such entries for signatures, and only the manifest can say.
 */
export function matchingReferrer(entry: unknown, artifactType: string | undefined): Descriptor | undefined {
  const descriptor = readEntry(entry);
  if (descriptor === undefined || artifactType === undefined) return descriptor;
  const stated = descriptor.artifactType ?? mediaTypes.empty;
  return stated === artifactType || stated === mediaTypes.empty ? descriptor : undefined;
}

function readEntry(entry: unknown): Descriptor | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { artifactType, annotations, ...rest } = entry;
  try {
    return parseDescriptor({
      ...rest,
      ...(artifactType === '' || artifactType === null ? {} : { artifactType }),
      ...(annotations === null ? {} : { annotations }),
    });
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
