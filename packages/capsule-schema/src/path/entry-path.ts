import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { decodeUtf8 } from '../utf8.ts';

declare const entryPathBrand: unique symbol;
/** A path that a capsule may hold: relative, POSIX, NFC, safe for every known consumer. */
export type EntryPath = string & { readonly [entryPathBrand]: true };

const maxSegmentBytes = 255; // NAME_MAX of every common file system
const maxPathBytes = 1024; // PATH_MAX is 4,096; this leaves room for the directory unpacked into
const maxSegments = 64; // deeper trees make recursive tools fail, not people happy

// Control, format and separator characters: they hide, reorder or break what a reviewer sees.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
// What this Node's Unicode does not know yet may normalise or fold otherwise in the next one's.
const unassigned = /\p{Cn}/u;

/**
 * Parses a path of an archive entry, from text or from the raw bytes of a git tree or tar header.
 * @throws {SchemaError} `PATH_INVALID`, with the rule that it breaks.
 */
export function parseEntryPath(path: string | Uint8Array): EntryPath {
  const text = typeof path === 'string' ? path : decodePath(path);
  const broken = brokenRule(text);
  if (broken !== undefined) throw invalidPath(text, broken);
  return text as EntryPath;
}

function decodePath(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw invalidPath(Buffer.from(bytes).toString('latin1'), 'it is not valid UTF-8', cause);
  }
}

function brokenRule(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.startsWith('/')) return 'it is absolute';
  if (path.startsWith('-')) return 'it starts with "-", which commands take for an option';
  if (path.includes('\\')) return 'it holds a backslash';
  if (!printableAscii.test(path)) {
    const broken = brokenCharacterRule(path);
    if (broken !== undefined) return broken;
  }
  if (Buffer.byteLength(path) > maxPathBytes) return `it is longer than ${maxPathBytes} bytes`;
  const segments = path.split('/');
  if (segments.length > maxSegments) return `it is deeper than ${maxSegments} segments`;
  for (const segment of segments) {
    const broken = brokenSegmentRule(segment);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

// Breaks no rule on characters: most paths of most packages, looked at once instead of four times.
const printableAscii = /^[\x20-\x7e]*$/;

function brokenCharacterRule(path: string): string | undefined {
  if (!path.isWellFormed()) return 'it holds a lone surrogate';
  if (path.normalize('NFC') !== path) return 'it is not in Unicode normalisation form C';
  if (unassigned.test(path)) return 'it holds a character that Unicode has not assigned';
  if (invisible.test(path)) return 'it holds a control, format or separator character';
  return undefined;
}

function brokenSegmentRule(segment: string): string | undefined {
  if (segment === '') return 'it has an empty segment';
  if (segment === '.') return 'it has a "." segment';
  // Kargo and Flux refuse any path that contains "../", and so "a../b" too.
  if (segment.endsWith('..')) return 'it has a segment that ends in ".."';
  if (segment.toLowerCase() === '.git') return 'it has a ".git" segment';
  if (Buffer.byteLength(segment) > maxSegmentBytes) return `it has a segment longer than ${maxSegmentBytes} bytes`;
  return undefined;
}

function invalidPath(path: string, rule: string, cause?: unknown): SchemaError {
  return new SchemaError('PATH_INVALID', `the path ${quote(path)} cannot be in a capsule: ${rule}`, {
    hint: 'Rename the file in Git, or leave it out with --exclude.',
    cause,
  });
}
