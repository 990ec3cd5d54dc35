import { SchemaError } from '../errors.ts';
import { parseEntryPath } from '../path/entry-path.ts';
import type { SourceAddition } from '../record/release-record.ts';
import type { PackedFile, SourceProofSubject } from './source-proof-subject.ts';
import type { ProofReasons } from './proof-reasons.ts';
import type { ListedEntry, SourceListing } from './source-walk.ts';

/** A capsule's claims, beside what the proof's trees say. */
export interface PackedFilesCheck extends SourceProofSubject {
  readonly listing: SourceListing;
}

/**
 * Compares the packed files with the selected entries of the commit, both ways: each selected entry is packed with its
 * bytes and mode, and each packed file is a selected entry or a listed addition.
 */
export function checkPackedFiles(check: PackedFilesCheck, reasons: ProofReasons): void {
  const packed = new Map(check.files.map((file) => [file.path, file]));
  if (packed.size !== check.files.length) reasons.add('FILE_FOREIGN', 'the package holds two files of one path');
  const accounted = new Set<string>();
  for (const entry of check.listing.selected) {
    accounted.add(entry.path);
    checkEntry(entry, packed.get(entry.path), reasons);
  }
  for (const addition of check.source.additions) {
    checkAddition(addition, { check, file: packed.get(addition.path), accounted }, reasons);
    accounted.add(addition.path);
  }
  for (const { path } of check.files) {
    if (!accounted.has(path)) reasons.add('FILE_FOREIGN', 'it is packed, and not selected from the commit', path);
  }
}

function checkEntry(entry: ListedEntry, file: PackedFile | undefined, reasons: ProofReasons): void {
  const { path, kind } = entry;
  if (kind === 'submodule') {
    return reasons.add('ENTRY_UNSUPPORTED', 'it is a submodule, which no capsule can hold', path);
  }
  if (!entry.exact || !isEntryPath(path)) {
    return reasons.add('ENTRY_UNSUPPORTED', 'it has a name that no capsule can hold', path);
  }
  if (kind === 'link') return addLink(entry, reasons);
  if (file === undefined) return reasons.add('FILE_MISSING', 'it is in the commit, selected, and not packed', path);
  compare(file, { id: entry.id, executable: kind === 'executable' }, reasons);
}

function addLink({ path, why }: ListedEntry, reasons: ProofReasons): void {
  if (why !== undefined) return reasons.add('LINK_MISMATCH', `the link cannot be followed: ${why}`, path);
  reasons.add('ENTRY_UNSUPPORTED', 'it is a link in the commit, and the record does not list it', path);
}

function compare(file: PackedFile, wanted: { id: string; executable: boolean }, reasons: ProofReasons): void {
  if (file.blobId !== wanted.id) {
    reasons.add('FILE_CHANGED', `it is the blob ${file.blobId}, the commit has ${wanted.id}`, file.path);
  }
  if (file.executable !== wanted.executable) {
    reasons.add('MODE_CHANGED', `it is ${mode(file.executable)}, the commit has ${mode(wanted.executable)}`, file.path);
  }
}

function mode(executable: boolean): string {
  return executable ? '100755' : '100644';
}

function checkAddition(
  addition: SourceAddition,
  at: { readonly check: PackedFilesCheck; readonly file: PackedFile | undefined; readonly accounted: ReadonlySet<string> },
  reasons: ProofReasons,
): void {
  const { path, sha256 } = addition;
  if (at.accounted.has(path) || at.check.listing.leftOut.has(path)) {
    return reasons.add('ADDITION_MISMATCH', 'it is listed as an addition, and is in the commit or listed twice', path);
  }
  if (at.file === undefined) {
    return reasons.add('ADDITION_MISMATCH', 'it is listed as an addition, and not packed', path);
  }
  if (at.file.sha256 !== sha256) {
    reasons.add('ADDITION_MISMATCH', `its SHA-256 is ${at.file.sha256}, the record names ${sha256}`, path);
  }
  // The record says nothing of an addition's mode, so there is only one that it can have.
  if (at.file.executable) reasons.add('MODE_CHANGED', 'an addition cannot be executable', path);
}

function isEntryPath(path: string): boolean {
  try {
    parseEntryPath(path);
    return true;
  } catch (error) {
    if (error instanceof SchemaError) return false;
    throw error;
  }
}
