import { assertArguments } from '../../assert-arguments.ts';
import type { SigningServices } from '../service/signing-services.ts';
import type { Witness } from '../witness.ts';
import { rekorV1Witness } from './rekor-v1-witness.ts';
import { rekorV2Witness } from './rekor-v2-witness.ts';
import { timestampWitness } from './timestamp-witness.ts';

/** Makes the witnesses of chosen services: every log and every timestamp authority is asked. Nothing is sent until then. */
export function openWitnesses(
  services: Pick<SigningServices, 'logs' | 'timestampAuthorities'>,
  signal?: AbortSignal,
): readonly Witness[] {
  assertArguments({ services: { logs: 'objects', timestampAuthorities: 'list' }, 'signal?': 'signal' }, { services, signal });
  const { logs, timestampAuthorities } = services;
  return [
    ...logs.map(({ url, majorApiVersion }) => (majorApiVersion === 2 ? rekorV2Witness({ url, signal }) : rekorV1Witness({ url, signal }))),
    ...timestampAuthorities.map((url) => timestampWitness({ url, signal })),
  ];
}
