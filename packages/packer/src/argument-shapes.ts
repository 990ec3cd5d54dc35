import type { ArgumentShape } from '@release-capsule/core';

/** What the functions of this package take a manifest, a store, a signer or a Git environment by. */
export const descriptorShape: ArgumentShape = { mediaType: 'text', digest: 'text', size: 'count' };
export const storeMethods: readonly string[] = ['fetch', 'resolve', 'exists', 'push', 'tag'];
export const signerMethods: readonly string[] = ['sign'];
export const signingShape: ArgumentShape = { 'witnesses?': 'objects', 'checkBundle?': 'function', 'now?': 'function', 'signal?': 'signal' };
