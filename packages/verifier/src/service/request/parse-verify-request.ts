import { validate } from '#generated/verify-request';
import { VerifyError } from '../../errors.ts';
import type { Freight, FreightImage } from '../../freight/freight.ts';
import { parseFreight } from '../../freight/parse-freight.ts';
import type { Question, StatedRelease } from '../judge/question.ts';
import type { PolicyTable, ServedPolicy } from '../judge/served-policy.ts';
import { assertSchema, parseJsonBody } from './parse-json.ts';
import { Problem } from './problem.ts';
import { assertImageServed, policyForCapsule, policyForFreight, policyForImage } from './select-policy.ts';

/** What the schema has checked. */
interface RequestData {
  readonly freight?: object;
  readonly capsule?: FreightImage;
  readonly image?: FreightImage;
  readonly approved?: StatedRelease;
  readonly stage?: string;
}

/**
 * Parses the body of `POST /v1/verify`, and finds the policy that it is judged by.
 * @throws {Problem} `REQUEST_INVALID`, `REPOSITORY_NOT_SERVED`, `RELEASE_AMBIGUOUS`.
 */
export function parseVerifyRequest(bytes: Uint8Array, table: PolicyTable): Question {
  const value = parseJsonBody(bytes);
  refuseForms(value);
  assertSchema(value, validate);
  const data = value as RequestData;
  const { approved, stage } = data;
  return {
    ...promoted(data, table),
    stated: approved === undefined ? {} : { approved },
    ...(stage !== undefined && { stage }),
  };
}

// The schema says the same, and its complaint would be hard to read.
function refuseForms(value: Readonly<Record<string, unknown>>): void {
  const [hasFreight, hasCapsule, hasImage] = ['freight', 'capsule', 'image'].map((key) => Object.hasOwn(value, key));
  if (hasFreight === true ? hasCapsule !== true && hasImage !== true : hasCapsule === true || hasImage === true) return;
  throw new Problem('REQUEST_INVALID', 'the request must hold either freight, or capsule, image or both');
}

function promoted({ freight: given, capsule, image }: RequestData, table: PolicyTable): Pick<Question, 'served' | 'freight'> {
  if (given !== undefined) {
    const freight = readFreight(given);
    return { served: policyForFreight(table, freight), freight };
  }
  const images = [image, capsule].filter((part) => part !== undefined);
  return { served: servedFor(capsule, image, table), freight: freightOf(images) };
}

function servedFor(capsule: FreightImage | undefined, image: FreightImage | undefined, table: PolicyTable): ServedPolicy {
  if (capsule === undefined) return policyForImage(table, image?.repoURL ?? '');
  const served = policyForCapsule(table, capsule.repoURL, { listsPolicies: true });
  if (image !== undefined) assertImageServed(served, image.repoURL);
  return served;
}

function readFreight(value: object): Freight {
  try {
    return parseFreight(value);
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw new Problem('REQUEST_INVALID', cause.message, { cause });
  }
}

/** Makes a Freight of images, as if Kargo had put it together. */
export function freightOf(images: readonly FreightImage[]): Freight {
  return { images, commits: [], charts: [], artifacts: [] };
}
