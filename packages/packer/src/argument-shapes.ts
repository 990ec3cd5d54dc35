/** What the functions of this package call on a store and a signer, and the options that all of signing shares. */
export const storeMethods: readonly string[] = ['fetch', 'resolve', 'exists', 'push', 'tag'];
export const signerMethods: readonly string[] = ['sign'];
export const signingShape = { 'witnesses?': 'objects', 'checkBundle?': 'function', 'now?': 'function', 'signal?': 'signal' } as const;
