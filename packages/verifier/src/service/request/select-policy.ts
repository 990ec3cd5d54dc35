import { quote } from '@release-capsule/schema';
import type { Freight } from '../../freight/freight.ts';
import { isSameRepository } from '../../repository-name.ts';
import { Problem } from '../exchange/problem.ts';
import type { PolicyTable, ServedPolicy } from '../judge/served-policy.ts';

/**
 * Finds the policy that a capsule is judged by. What no policy names is refused here, before anything is opened.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`.
 */
export function policyForCapsule(table: PolicyTable, repoURL: string): ServedPolicy {
  const served = table.forCapsule(repoURL);
  if (served !== undefined) return served;
  throw new Problem('REPOSITORY_NOT_SERVED', `no policy of this service is for capsules of ${quote(repoURL)}`);
}

/**
 * Finds the policy that names an application image's repository.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`, `RELEASE_AMBIGUOUS`.
 */
export function policyForImage(table: PolicyTable, repoURL: string): ServedPolicy {
  return only(table.forImage(repoURL), quote(repoURL));
}

/**
 * Finds the policy that a Freight is judged by: that of the capsule in it, else that of an application image in it.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`, `RELEASE_AMBIGUOUS`.
 */
export function policyForFreight(table: PolicyTable, { images }: Freight): ServedPolicy {
  const what = `the Freight, which has ${namesOf(images)}`;
  const capsules = images.map(({ repoURL }) => table.forCapsule(repoURL)).filter((served) => served !== undefined);
  if (capsules.length > 0) return only(capsules, what);
  return only(images.flatMap(({ repoURL }) => table.forImage(repoURL)), what);
}

const maxNamed = 4; // a Freight may hold a thousand

function namesOf(images: Freight['images']): string {
  if (images.length === 0) return 'no images';
  const named = images.slice(0, maxNamed).map(({ repoURL }) => quote(repoURL));
  return [...named, ...(images.length > maxNamed ? [`${images.length - maxNamed} more`] : [])].join(', ');
}

/**
 * Refuses an image of another repository than the policy's: it could not be the release's.
 * @throws {Problem} `REPOSITORY_NOT_SERVED`.
 */
export function assertImageServed({ policy: { image } }: ServedPolicy, repoURL: string): void {
  if (image === undefined || isSameRepository(image.repository, repoURL)) return;
  throw new Problem('REPOSITORY_NOT_SERVED', `the policy for this capsule is not for the image ${quote(repoURL)}`);
}

function only(found: readonly ServedPolicy[], what: string): ServedPolicy {
  const [first, ...others] = new Set(found);
  if (first === undefined) throw new Problem('REPOSITORY_NOT_SERVED', `no policy of this service is for a repository of ${what}`);
  if (others.length === 0) return first;
  const reason = `several policies of this service are for repositories of ${what}: name the capsule instead`;
  throw new Problem('RELEASE_AMBIGUOUS', reason);
}
