import { redactReference } from '@release-capsule/core';
import { assertArguments } from '../assert-arguments.ts';
import { OciError } from '../errors.ts';
import { formatLayoutReference, parseLayoutReference } from './layout-reference.ts';
import type { Reference } from './reference-types.ts';
import { parseRegistryReference } from './registry-reference.ts';

const maxReferenceLength = 4096; // PATH_MAX, the longest directory that a layout can have

/**
 * Parses a reference: `oci:DIRECTORY[:TAG|@DIGEST]` or `REGISTRY/REPOSITORY[:TAG][@DIGEST]`. There is no default
 * registry. Equal places have equal results: hosts become lower-case, Docker Hub's aliases one name.
 * Source: OCI distribution-spec v1.1.1, "Pulling manifests".
 * @throws {OciError} `REFERENCE_INVALID`.
 */
export function parseReference(text: string): Reference {
  assertArguments({ text: 'text' }, { text });
  if (text.length > maxReferenceLength) {
    throw invalid(`${text.slice(0, 80)}...`, `it is longer than ${maxReferenceLength} characters`);
  }
  if (text.includes('\0')) throw invalid(text, 'it holds a NUL character');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) {
    const bare = redactReference(text.slice(scheme.length));
    const hint = `Leave ${scheme} out: write ${bare}, or oci:DIRECTORY for a layout on disk.`;
    throw invalid(text, 'it has a URL scheme', hint);
  }
  return text.startsWith('oci:') ? parseLayoutReference(text) : parseRegistryReference(text);
}

/** Writes a reference as text that {@link parseReference} reads back to an equal one. */
export function formatReference(reference: Reference): string {
  if (reference.kind === 'layout') return formatLayoutReference(reference);
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function invalid(text: string, rule: string, hint?: string): OciError {
  const message = `${JSON.stringify(redactReference(text))} is not a reference: ${rule}`;
  return new OciError('REFERENCE_INVALID', message, hint === undefined ? {} : { hint });
}
