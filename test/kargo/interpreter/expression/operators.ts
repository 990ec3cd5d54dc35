import { isDeepStrictEqual } from 'node:util';
import { ExpressionError } from './errors.ts';
import { kindOf } from './kinds.ts';
import { isRecord } from './values.ts';

/**
 * Applies an operator of two operands that are known.
 * @throws {ExpressionError} where the operator does not take them.
 */
export function operate(operator: string, left: unknown, right: unknown): unknown {
  if (operator === '==') return isSame(left, right);
  if (operator === '!=') return !isSame(left, right);
  if (operator === 'in') return isIn(left, right);
  if (typeof left === 'string' && typeof right === 'string') return onStrings(operator, left, right);
  if (typeof left === 'number' && typeof right === 'number') return onNumbers(operator, left, right);
  throw new ExpressionError(`invalid operation: ${kindOf(left)} ${operator} ${kindOf(right)}`);
}

/** NaN is not the same as itself. */
function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(left, right) && !Number.isNaN(left);
}

function onStrings(operator: string, left: string, right: string): unknown {
  switch (operator) {
    case '+':
      return left + right;
    case 'contains':
      return left.includes(right);
    case 'startsWith':
      return left.startsWith(right);
    case 'endsWith':
      return left.endsWith(right);
    case 'matches':
      return new RegExp(right, 'u').test(left); // RE2 takes less than this; what it takes means the same
    default:
      return compare(operator, left < right, left === right);
  }
}

function onNumbers(operator: string, left: number, right: number): unknown {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return compare(operator, left < right, left === right);
  }
}

function compare(operator: string, less: boolean, same: boolean): boolean {
  switch (operator) {
    case '<':
      return less;
    case '<=':
      return less || same;
    case '>':
      return !less && !same;
    case '>=':
      return !less;
    default:
      throw new ExpressionError(`invalid operation: ${operator}`);
  }
}

function isIn(left: unknown, right: unknown): boolean {
  if (right === null) return false;
  if (Array.isArray(right)) return right.some((item) => isDeepStrictEqual(item, left));
  if (isRecord(right) && typeof left === 'string') return Object.hasOwn(right, left);
  throw new ExpressionError(`operator in not defined on ${kindOf(right)}`);
}
