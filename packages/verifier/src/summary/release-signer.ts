import { signerId } from '../policy/signer-id.ts';
import type { SignedBy } from '../signature/signed-by.ts';
import type { ReleaseSigner } from './summary.ts';

/** Describes who has signed a part of the release, as a summary names them. */
export function releaseSigner({ signer, identity, signedAt }: SignedBy): ReleaseSigner {
  return { id: signerId(signer), ...(identity !== undefined && { identity }), signedAt };
}
