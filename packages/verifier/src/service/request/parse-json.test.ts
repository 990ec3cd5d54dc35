import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PolicyTable } from '../judge/served-policy.ts';
import { parsePromotionRequest } from './parse-promotion-request.ts';
import { parseVerifyRequest } from './parse-verify-request.ts';
import { Problem } from './problem.ts';

const nothingServed = new PolicyTable([]);

test.each([
  ['/v1/verify', parseVerifyRequest],
  ['/verify', parsePromotionRequest],
])('any bytes and any JSON sent to %s are a question or a problem, never another error', (_path, parse) => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
    fc.record({ capsule: fc.object(), image: fc.object(), freight: fc.object(), approved: fc.object(), release: fc.object() }, { requiredKeys: [] })
      .map((value) => Buffer.from(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      try {
        parse(body, nothingServed);
        throw new Error('nothing is served here');
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
  );
});
