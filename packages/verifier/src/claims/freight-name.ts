import { quote } from '@release-capsule/schema';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import type { Freight } from '../freight/freight.ts';
import { freightName } from '../freight/freight-name.ts';

/**
 * Judges FREIGHT_NAME: a Freight that has a name is named by what it holds. A match proves nothing of where the Freight
 * is from, since it is easy to compute; a difference shows that it was put together or changed by hand.
 */
export function judgeFreightName(freight: Freight): readonly Finding[] {
  const got = freight.name;
  if (got === undefined) return [proven('FREIGHT_NAME_ABSENT', 'the Freight has no name to check')];
  const wanted = freightName(freight);
  if (wanted === undefined) {
    return [unknown('FREIGHT_NAME_UNCOMPUTABLE', `the name ${quote(got)} cannot be recomputed`, { evidence: { got } })];
  }
  if (got === wanted) {
    const evidence = { name: got };
    return [proven('FREIGHT_NAME_MATCHES', `the Freight's contents hash to its name, ${got}`, { evidence })];
  }
  const message = `the Freight is named ${quote(got)}, and its contents hash to ${wanted}; Kargo did not give it this name`;
  return [refuted('FREIGHT_NAME_DIFFERS', message, { evidence: { got, wanted } })];
}
