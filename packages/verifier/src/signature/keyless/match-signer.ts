import { quote } from '@release-capsule/schema';
import { matchesIdentity } from '../../policy/identity-pattern.ts';
import type { GitHubClaims, IdentityRule, TrustedIdentity } from '../../policy/policy.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { LeafFacts } from './certificate.ts';

const claimNames = ['repository', 'ref', 'sha', 'workflow', 'trigger'] as const satisfies readonly (keyof GitHubClaims)[];

/**
 * Tells why a certificate is not a signer's, or returns nothing: issuer, identity and every claim that is asked for are
 * equal. What is near is said first: the right issuer for the wrong identity is another answer than a wrong issuer.
 */
export function refuseSigner(facts: LeafFacts, { issuer, identity, github }: TrustedIdentity): Refusal | undefined {
  if (!matchesIdentity(identity, facts.identity)) {
    return refuse('SIGNATURE_WRONG_IDENTITY', `is by ${quote(facts.identity)} (${quote(facts.issuer)}), wanted ${ruleText(identity)}`);
  }
  if (facts.issuer !== issuer) {
    const message = `is by the right identity, vouched for by ${quote(facts.issuer)}, wanted ${issuer}`;
    return refuse('SIGNATURE_WRONG_ISSUER', message);
  }
  const differing = claimNames.find((name) => !isAsAsked(github[name], facts.github[name]));
  if (differing === undefined) return undefined;
  const [got, wanted] = [facts.github[differing] ?? 'not stated', [github[differing] ?? []].flat().map(quote).join(' or ')];
  return refuse('SIGNATURE_CLAIM_DIFFERS', `is by the right identity, whose ${differing} is ${quote(got)}, wanted ${wanted}`);
}

function isAsAsked(asked: string | readonly string[] | undefined, stated: string | undefined): boolean {
  return asked === undefined || (stated !== undefined && [asked].flat().includes(stated));
}

function ruleText({ kind, value }: IdentityRule): string {
  return kind === 'exact' ? quote(value) : `all of it to match ${quote(value)}`;
}
