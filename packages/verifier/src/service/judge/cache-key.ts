import { sha256 } from '@release-capsule/schema';
import type { Freight } from '../../freight/freight.ts';
import type { ResolvedTag } from './pinned-tag-store.ts';
import type { ServedPolicy } from './served-policy.ts';

/** What one verdict is about. */
export interface CacheSubject {
  readonly served: ServedPolicy;
  readonly freight: Freight;
  /** The tag that the capsule is looked for by, and what it points at now. */
  readonly tag?: { readonly name: string; readonly resolved: ResolvedTag };
  /** The version of the verifier. */
  readonly version: string;
}

/**
 * Makes the key of a verdict: everything that it depends on but time. Nothing where a tag could not be looked up: such a
 * verdict is remembered for nobody. Source: docs/service.md, "What is remembered".
 */
export function cacheKey({ served, freight, tag, version }: CacheSubject): string | undefined {
  const target = tag === undefined ? [] : targetOf(tag);
  if (target === undefined) return undefined;
  const { policy, digest, repository } = served;
  // The mode is in the policy's digest too; that of the public root, which renews itself, is not.
  const parts = [version, digest, policy.mode, policy.trustedRoot?.digest ?? null, repository, target, partsOf(freight)];
  return sha256(Buffer.from(JSON.stringify(parts)));
}

type Target = readonly [tag: string, digest: string | null];

function targetOf({ name, resolved }: NonNullable<CacheSubject['tag']>): Target | undefined {
  if ('descriptor' in resolved) return [name, resolved.descriptor.digest];
  return resolved.error.code === 'REFERENCE_UNKNOWN' ? [name, null] : undefined;
}

/** Everything of a Freight counts, not only its name: a name is a claim as well. */
function partsOf({ name, origin, images, commits, charts, artifacts }: Freight): readonly unknown[] {
  return [name ?? null, origin ?? null, images, commits, charts, artifacts];
}
