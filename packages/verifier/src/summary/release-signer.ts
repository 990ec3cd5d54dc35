import { signerId } from '../policy/signer-id.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import type { ReleaseSigner } from './summary.ts';

/** Describes who has signed a part of the release, as a summary names them. */
export function releaseSigner({ signer, identity, signedAt }: CountedSignature): ReleaseSigner {
  return { id: signerId(signer), ...(identity !== undefined && { identity }), signedAt };
}
