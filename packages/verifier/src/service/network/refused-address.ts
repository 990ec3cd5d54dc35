import { type InternalKind, OciError } from '@release-capsule/oci';

/** Where a host led. */
export interface RefusedAddress {
  readonly address: string;
  readonly kind: InternalKind;
}

/** Makes the error of a connection that is not opened because of where its host leads. */
export function refusedAddress(host: string, { address, kind }: RefusedAddress): OciError {
  const where = address === host ? kind : `${address}, which is ${kind}`;
  return new OciError('ADDRESS_REFUSED', `${host} leads to ${where}, and the policy does not list that host`, {
    hint: `If it is meant, name it in the policy: allow: { hosts: [${JSON.stringify(host)}] }.`,
  });
}
