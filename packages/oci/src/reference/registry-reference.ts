import { isRepositoryPath, isTag, looksLikeRegistry, normaliseRegistry, pathAt, redactReference } from '@release-capsule/core';
import type { OciDigest } from '../descriptor.ts';
import { isOciDigest } from '../digest.ts';
import { OciError } from '../errors.ts';
import type { RegistryReference } from './reference-types.ts';

// Many clients limit host and repository together. Source: OCI distribution-spec v1.1.1, "Pulling manifests".
const maxNameLength = 255;

/**
 * Parses `REGISTRY/REPOSITORY[:TAG][@DIGEST]`: an image reference of the one grammar, with a registry that can be
 * reached and a digest of an algorithm that contents are checked by.
 * Source: OCI distribution-spec v1.1.1, "Pulling manifests".
 * @throws {OciError} `REFERENCE_INVALID`.
 */
export function parseRegistryReference(text: string): RegistryReference {
  const { host, path } = splitHost(text);
  const { named, digest } = splitDigest(text, path);
  const { name, tag } = splitTag(text, named);
  const registry = normaliseRegistry(host);
  if (registry === undefined) throw invalid(text, `${JSON.stringify(host)} is not a host with an optional port`);
  const repository = pathAt(registry, parseRepository(text, name));
  if (registry.length + 1 + repository.length > maxNameLength) {
    throw invalid(text, `registry and repository are longer than ${maxNameLength} characters`);
  }
  return {
    kind: 'registry',
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function splitHost(text: string): { readonly host: string; readonly path: string } {
  const slash = text.indexOf('/');
  const host = slash === -1 ? text : text.slice(0, slash);
  // A digest can follow a bare name; anything else before an "@" is a user, perhaps with a password.
  if (host.includes('@') && redactReference(text) !== text) {
    const hint = 'Leave user and password out; credentials come from the Docker configuration.';
    throw invalid(text, 'it has a user before the host', hint);
  }
  if (slash === -1 || !looksLikeRegistry(host)) throw invalid(text, 'it names no registry', missingRegistryHint);
  return { host, path: text.slice(slash + 1) };
}

const missingRegistryHint =
  'There is no default registry. Write it out, as in docker.io/library/alpine:3 or localhost:5000/app; ' +
  'a layout on disk is oci:DIRECTORY.';

function splitDigest(text: string, path: string): { readonly named: string; readonly digest?: OciDigest } {
  const at = path.indexOf('@');
  if (at === -1) return { named: path };
  const digest = path.slice(at + 1);
  if (isOciDigest(digest)) return { named: path.slice(0, at), digest };
  const hint = 'A digest is "sha256:" and 64 lower-case hexadecimal digits.';
  throw invalid(text, 'what follows "@" is not a digest', hint);
}

function splitTag(text: string, named: string): { readonly name: string; readonly tag?: string } {
  const colon = named.indexOf(':');
  if (colon === -1) return { name: named };
  const tag = named.slice(colon + 1);
  if (isTag(tag)) return { name: named.slice(0, colon), tag };
  const hint = 'A tag is 1 to 128 letters, digits, "_", "." and "-", and starts with a letter, a digit or "_".';
  throw invalid(text, `${JSON.stringify(tag.slice(0, 160))} is not a tag`, hint);
}

function parseRepository(text: string, name: string): string {
  if (isRepositoryPath(name)) return name;
  const hint = 'A repository is lower-case letters and digits, with ".", "_", "-" inside its "/"-separated parts.';
  throw invalid(text, `${JSON.stringify(name.slice(0, 160))} is not a repository`, hint);
}

function invalid(text: string, rule: string, hint?: string): OciError {
  const message = `${JSON.stringify(redactReference(text))} is not a reference: ${rule}`;
  return new OciError('REFERENCE_INVALID', message, hint === undefined ? {} : { hint });
}
