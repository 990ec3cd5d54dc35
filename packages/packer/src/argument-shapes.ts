import type { ArgumentShape } from '@release-capsule/core';

/** What the functions of this package take a store, a signer and the options of signing by. */
export const storeMethods: readonly string[] = ['fetch', 'resolve', 'exists', 'push', 'tag'];
export const signerMethods: readonly string[] = ['sign'];
export const signingShape: ArgumentShape = { 'witnesses?': 'objects', 'checkBundle?': 'function', 'now?': 'function', 'signal?': 'signal' };
