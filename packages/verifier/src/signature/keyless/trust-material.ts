import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import type { TrustedRoot } from '../../trust/trusted-root.ts';

const known = new WeakMap<TrustedRoot, TrustMaterial>();

/** Reads the keys and certificates of a trusted root once, however many signatures are judged by it. */
export function trustMaterialOf(root: TrustedRoot): TrustMaterial {
  const material = known.get(root) ?? toTrustMaterial(root.message, noKey);
  known.set(root, material);
  return material;
}

/** Keys are the policy's to name, and verified elsewhere; nothing is looked up by a hint. */
function noKey(): never {
  throw new Error('a key is looked up by its hint, which nothing authenticates');
}
