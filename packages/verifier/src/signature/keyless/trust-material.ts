import type { X509Certificate } from '@sigstore/core';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import { rememberEncoding } from './remember-encoding.ts';

const known = new WeakMap<TrustedRoot, TrustMaterial>();

/** Reads the keys and certificates of a trusted root once, however many signatures are judged by it. */
export function trustMaterialOf(root: TrustedRoot): TrustMaterial {
  const material = known.get(root) ?? readMaterial(root);
  known.set(root, material);
  return material;
}

function readMaterial({ message }: TrustedRoot): TrustMaterial {
  const material = toTrustMaterial(message, noKey);
  return {
    ...material,
    certificateAuthorities: material.certificateAuthorities.map(withRememberedChain),
    timestampAuthorities: material.timestampAuthorities.map(withRememberedChain),
  };
}

function withRememberedChain<Authority extends { readonly certChain: X509Certificate[] }>(authority: Authority): Authority {
  return { ...authority, certChain: authority.certChain.map(rememberEncoding) };
}

/** Keys are the policy's to name, and verified elsewhere; nothing is looked up by a hint. */
function noKey(): never {
  throw new Error('a key is looked up by its hint, which nothing authenticates');
}
