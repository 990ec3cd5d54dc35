import { validate } from '#generated/promotion-request';
import type { FreightImage } from '../../freight/freight.ts';
import type { Question, StatedRelease } from '../judge/question.ts';
import type { PolicyTable } from '../judge/served-policy.ts';
import { assertSchema, parseJsonBody } from './parse-json.ts';
import { freightOf } from './parse-verify-request.ts';
import { assertImageServed, policyForCapsule } from './select-policy.ts';

/** What the schema has checked. */
interface RequestData {
  readonly image: FreightImage;
  readonly capsule: FreightImage;
  readonly release: StatedRelease;
  readonly approved?: StatedRelease;
}

/**
 * Parses the body of `POST /verify`, the contract of promotions that exist, and finds the policy that it is judged by.
 * @throws {Problem} `REQUEST_INVALID`, `REPOSITORY_NOT_SERVED`.
 */
export function parsePromotionRequest(bytes: Uint8Array, table: PolicyTable): Question {
  const value = parseJsonBody(bytes);
  assertSchema(value, validate);
  const { image, capsule, release, approved } = value as unknown as RequestData;
  const served = policyForCapsule(table, capsule.repoURL, { listsPolicies: false });
  assertImageServed(served, image.repoURL);
  return { served, freight: freightOf([image, capsule]), stated: { release, ...(approved !== undefined && { approved }) } };
}
