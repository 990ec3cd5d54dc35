import { maxFreightBytes } from '../../freight/parse-freight.ts';
import { outcomeOf, type AskedOutcome } from '../answer/outcome-of.ts';
import { promotionAnswer } from '../answer/promotion-answer.ts';
import { verifyAnswer } from '../answer/verify-answer.ts';
import { Problem } from '../request/problem.ts';
import type { Answer, Route, ServiceRequest } from '../request/route.ts';
import { readBody } from '../http/read-body.ts';
import type { Judge } from '../judge/judge.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Question } from '../judge/question.ts';
import type { ServedPolicies } from '../judge/served-policies.ts';
import type { PolicyTable } from '../judge/served-policy.ts';
import type { AuditTrail } from '../logs/audit-trail.ts';
import type { BodyBudget } from '../limits/body-budget.ts';
import { parsePromotionRequest } from '../request/parse-promotion-request.ts';
import { parseVerifyRequest } from '../request/parse-verify-request.ts';

/** What a verification was asked and found. */
export interface Verified {
  readonly request: ServiceRequest;
  readonly question: Question;
  readonly judgement: Judgement;
  readonly asked: AskedOutcome;
}

/** What the two verifying routes work with. */
export interface VerifyRouteOptions {
  readonly judge: Judge;
  readonly policies: ServedPolicies;
  readonly bodies: BodyBudget;
  readonly audit: AuditTrail;
  /** Hears every verdict before it is answered: what was not written down was not said. */
  readonly onVerdict: (verified: Verified) => Promise<void>;
}

/** `POST /v1/verify`: a Freight, or image and capsule, and the whole verdict in answer. */
export function verifyRoute(options: VerifyRouteOptions): Route {
  const handle = async (request: ServiceRequest): Promise<Answer> => {
    const { question, judgement, asked } = await verify(request, { parse: parseVerifyRequest, maxBytes: maxFreightBytes }, options);
    return verifyAnswer(question, judgement, asked);
  };
  return { method: 'POST', path: '/v1/verify', access: 'token', handle };
}

/** `POST /verify`: the contract of promotions that exist. */
export function promotionRoute(options: VerifyRouteOptions): Route {
  const handle = async (request: ServiceRequest): Promise<Answer> => {
    const { judgement, asked } = await verify(request, { parse: parsePromotionRequest, maxBytes: maxPromotionBytes }, options);
    return promotionAnswer(judgement, asked);
  };
  return { method: 'POST', path: '/verify', access: 'legacy', handle };
}

const later = { headers: { 'retry-after': '60' } };

const maxPromotionBytes = 16 * 1024; // two coordinates and a dozen texts; where it is open to everybody, reading must cost nothing

interface Form {
  readonly parse: (bytes: Uint8Array, table: PolicyTable) => Question;
  readonly maxBytes: number;
}

async function verify(request: ServiceRequest, { parse, maxBytes }: Form, options: VerifyRouteOptions): Promise<Verified> {
  const { judge, policies, bodies, audit, onVerdict } = options;
  const { message, time } = request;
  audit.assertOpen();
  using reserved = bodies.reserve();
  const question = parse(await readBody(message, { maxBytes, reserved, signal: time.signal }), policies.table);
  if (policies.isOutdated(question.served)) throw new Problem('TRUST_OUTDATED', 'the trusted root could not be renewed for a day', later);
  const judgement = await judge.judge(question, time);
  const verified = { request, question, judgement, asked: outcomeOf(question, judgement) };
  await onVerdict(verified);
  return verified;
}
