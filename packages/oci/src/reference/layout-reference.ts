import { isTag } from '@release-capsule/core';
import type { OciDigest } from '../descriptor.ts';
import { isOciDigest } from '../digest.ts';
import { OciError } from '../errors.ts';
import type { LayoutReference } from './reference-types.ts';

/**
 * Parses `oci:DIRECTORY[:TAG|@DIGEST]`. What follows the last `:` after the last `/` is a tag where it can be one,
 * and part of the directory where it cannot (`oci:C:\layout`). A directory whose own name ends like a tag or
 * digest is written with a trailing slash.
 * @throws {OciError} `REFERENCE_INVALID`.
 */
export function parseLayoutReference(text: string): LayoutReference {
  const { path, digest } = splitDigest(text, text.slice('oci:'.length));
  const { directory, tag } = splitTag(text, path);
  if (directory === '') throw invalid(text, 'it names no directory', 'Write oci:DIRECTORY, as in oci:./layout.');
  if (tag !== undefined && digest !== undefined) {
    const hint = 'Name the tag or the digest. A directory whose name holds a ":" is written with a trailing slash.';
    throw invalid(text, 'it has a tag and a digest', hint);
  }
  return {
    kind: 'layout',
    directory: trimSlashes(directory),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Writes a layout reference as text. */
export function formatLayoutReference({ directory, tag, digest }: LayoutReference): string {
  const suffix = digest === undefined ? (tag === undefined ? '' : `:${tag}`) : `@${digest}`;
  return `oci:${guarded(directory)}${suffix}`;
}

function splitDigest(text: string, rest: string): { readonly path: string; readonly digest?: OciDigest } {
  const at = rest.lastIndexOf('@');
  if (at === -1 || rest.includes('/', at)) return { path: rest };
  const digest = rest.slice(at + 1);
  if (isOciDigest(digest)) return { path: rest.slice(0, at), digest };
  // An empty digest is an unset variable in a script: never take it for a part of the directory's name.
  if (digest === '' || /^sha\d+:/i.test(digest)) {
    const hint = 'A digest is "sha256:" and 64 lower-case hexadecimal digits.';
    throw invalid(text, 'what follows "@" is not a digest', hint);
  }
  return { path: rest };
}

function splitTag(text: string, path: string): { readonly directory: string; readonly tag?: string } {
  const colon = path.lastIndexOf(':');
  if (colon === -1 || path.includes('/', colon)) return { directory: path };
  const tag = path.slice(colon + 1);
  if (tag === '') throw invalid(text, 'its tag is empty', 'Leave the ":" out, or name a tag after it.');
  return isTag(tag) ? { directory: path.slice(0, colon), tag } : { directory: path };
}

function trimSlashes(directory: string): string {
  let end = directory.length;
  while (end > 1 && directory[end - 1] === '/') end -= 1;
  return directory.slice(0, end);
}

/** Ends the directory with a slash where it would otherwise be read as holding a tag or a digest. */
function guarded(directory: string): string {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  return /[:@]/.test(name) ? `${directory}/` : directory;
}

function invalid(text: string, rule: string, hint: string): OciError {
  return new OciError('REFERENCE_INVALID', `${JSON.stringify(text)} is not a reference: ${rule}`, { hint });
}
