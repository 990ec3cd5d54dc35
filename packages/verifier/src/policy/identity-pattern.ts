import { type Context, createContext, runInContext } from 'node:vm';
import { quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import type { IdentityRule } from './policy.ts';

const maxMatchMs = 50; // an honest expression needs microseconds; one that backtracks without end is stopped

/**
 * Checks that a pattern is a regular expression.
 * @throws {VerifyError} `POLICY_INVALID`.
 */
export function assertPattern(pattern: string, place: string): void {
  try {
    anchored(pattern);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    const message = `the policy is not valid: ${place} is not a regular expression: ${quote(reason)}`;
    throw new VerifyError('POLICY_INVALID', message, {
      hint: 'Write an ECMAScript regular expression; escape dots: https://github\\.com/example/.*',
      cause,
    });
  }
}

/**
 * Tells whether an identity is the one that a rule names. A pattern must match the whole of it: one that is only found
 * in it does not count, or `https://evil.example/?https://github.com/example/app` would. Whoever gets a certificate
 * chooses the identity, so an expression that takes too long on it does not match.
 */
export function matchesIdentity({ kind, value }: IdentityRule, identity: string): boolean {
  return kind === 'exact' ? value === identity : matchesPattern(value, identity);
}

interface Question {
  pattern?: RegExp;
  identity?: string;
}

// Made once: one takes milliseconds, and a thousand referrers, whoever attached them, are matched against each pattern.
const question: Question = {};
let asking: Context | undefined;

function matchesPattern(pattern: string, identity: string): boolean {
  Object.assign(question, { pattern: anchored(pattern), identity });
  asking ??= createContext(question);
  try {
    return runInContext('pattern.test(identity)', asking, { timeout: maxMatchMs }) === true;
  } catch {
    return false;
  }
}

function anchored(pattern: string): RegExp {
  const { source } = new RegExp(pattern, 'u'); // whole by itself: `a)|(b` must not break out of the group
  return new RegExp(`^(?:${source})$`, 'u');
}
