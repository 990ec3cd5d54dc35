import { quote } from '@release-capsule/schema';
import type { Freight } from '../../freight/freight.ts';
import { heldText, listRepositories } from '../../freight/other-repository.ts';
import { isSameRepository } from '../../repository-name.ts';
import type { PolicyTable, ServedPolicy } from '../judge/served-policy.ts';
import { Problem } from './problem.ts';

/** Whether a caller who has named another repository hears which ones there are: not where everybody may ask. */
export interface SelectOptions {
  readonly listsPolicies: boolean;
}

/**
 * Finds the policy that a capsule is judged by. What no policy names is refused here, before anything is opened.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`.
 */
export function policyForCapsule(table: PolicyTable, repoURL: string, { listsPolicies }: SelectOptions): ServedPolicy {
  const served = table.forCapsule(repoURL);
  if (served !== undefined) return served;
  const names = listsPolicies ? aboutText(table) : '';
  throw new Problem('REPOSITORY_NOT_SERVED', `no policy of this service is for capsules of ${quote(repoURL)}${names}`);
}

/**
 * Finds the policy that names an application image's repository.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`, `RELEASE_AMBIGUOUS`.
 */
export function policyForImage(table: PolicyTable, repoURL: string): ServedPolicy {
  return only(table.forImage(repoURL), { what: `the image ${quote(repoURL)}`, table });
}

/**
 * Finds the policy that a Freight is judged by: that of the capsule in it, else that of an application image in it.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`, `RELEASE_AMBIGUOUS`.
 */
export function policyForFreight(table: PolicyTable, { images }: Freight): ServedPolicy {
  const sought = { what: `this Freight, which holds ${heldText({ images })}`, table };
  const capsules = images.map(({ repoURL }) => table.forCapsule(repoURL)).filter((served) => served !== undefined);
  if (capsules.length > 0) return only(capsules, sought);
  return only(images.flatMap(({ repoURL }) => table.forImage(repoURL)), sought);
}

/** Says what the policies of a service are about. */
function aboutText({ all }: PolicyTable): string {
  const named = all.flatMap(({ repository, policy: { image } }) => [repository, ...(image === undefined ? [] : [image.repository])]);
  return `; ${all.length === 1 ? 'its policy is' : 'its policies are'} about ${listRepositories(named)}`;
}

/**
 * Refuses an image of another repository than the policy's: it could not be the release's.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`.
 */
export function assertImageServed({ policy: { image } }: ServedPolicy, repoURL: string): void {
  if (image === undefined || isSameRepository(image.repository, repoURL)) return;
  const about = `the policy for its capsule is about ${quote(image.repository)}`;
  throw new Problem('REPOSITORY_NOT_SERVED', `the request holds an image of ${quote(repoURL)}; ${about}`);
}

interface Sought {
  readonly what: string;
  readonly table: PolicyTable;
}

function only(found: readonly ServedPolicy[], { what, table }: Sought): ServedPolicy {
  const [first, ...others] = new Set(found);
  if (first === undefined) throw new Problem('REPOSITORY_NOT_SERVED', `no policy of this service is for ${what}${aboutText(table)}`);
  if (others.length === 0) return first;
  throw new Problem('RELEASE_AMBIGUOUS', `several policies of this service are for ${what}`);
}
