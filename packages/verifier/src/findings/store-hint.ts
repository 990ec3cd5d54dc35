import type { OciError, OciErrorCode } from '@release-capsule/oci';

// Of these the store knows more than a table can say: which host wants a login, which address is refused, what took too
// long. Of the others it says what the table says, in other words; two hints for one cause send a reader to look for two.
const tellingCodes: readonly OciErrorCode[] = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'CREDENTIALS_INVALID',
  'REALM_UNTRUSTED',
  'REDIRECT_REFUSED',
  'ADDRESS_REFUSED',
  'UNAVAILABLE',
];

/** Gives the hint of a store's error, where it says more than that of the finding's code. */
export function storeHint({ code, hint }: OciError): { readonly hint?: string } {
  return hint !== undefined && tellingCodes.includes(code) ? { hint } : {};
}
