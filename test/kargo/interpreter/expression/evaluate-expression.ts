import { isDeepStrictEqual } from 'node:util';
import { ExpressionError } from './errors.ts';
import { type Expression, parseExpression } from './parse-expression.ts';
import { isRecord, Struct } from './values.ts';

/** A function that expressions may call. */
export type ExpressionFunction = (...args: readonly unknown[]) => unknown;

/** What an expression sees: values by name, and functions by name. */
export interface Environment {
  /** Usually a map; a parsed document may be anything. */
  readonly values: unknown;
  readonly functions?: Readonly<Record<string, ExpressionFunction>>;
}

/**
 * Evaluates an expression as expr-lang does one that was compiled without a declared environment: an unknown name is nil,
 * a member of nil is an error, operators take no mixed types. Source: expr-lang v1.17, vm/vm.go and vm/runtime/runtime.go.
 * @throws {ExpressionError} where Kargo would fail, or this interpreter does not know.
 */
export function evaluateExpression(source: string, environment: Environment): unknown {
  return evaluate(parseExpression(source), environment);
}

function evaluate(expression: Expression, environment: Environment): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return fetchMember(environment.values, expression.name);
    case 'list':
      return expression.items.map((item) => evaluate(item, environment));
    case 'map':
      return mapOf(expression, environment);
    case 'member':
      return member(expression, environment);
    case 'call':
      return call(expression, environment);
    case 'unary':
      return unary(expression.operator, evaluate(expression.operand, environment));
    case 'binary':
      return binary(expression, environment);
    default:
      return evaluate(truth(evaluate(expression.test, environment)) ? expression.yes : expression.no, environment);
  }
}

function mapOf({ entries }: Expression & { kind: 'map' }, environment: Environment): unknown {
  return Object.fromEntries(entries.map(([key, value]) => [String(evaluate(key, environment)), evaluate(value, environment)]));
}

function member({ of, key, optional }: Expression & { kind: 'member' }, environment: Environment): unknown {
  const base = evaluate(of, environment);
  if (optional && base === null) return null;
  return fetchMember(base, evaluate(key, environment));
}

function fetchMember(from: unknown, key: unknown): unknown {
  if (Array.isArray(from) && typeof key === 'number') {
    const at = key < 0 ? from.length + key : key;
    if (at < 0 || at >= from.length) throw new ExpressionError(`index out of range: ${key}`);
    return from[at];
  }
  if (typeof key === 'string' && from instanceof Struct) return from.field(key);
  if (typeof key === 'string' && isRecord(from)) return Object.hasOwn(from, key) ? from[key] : null;
  throw new ExpressionError(`cannot fetch ${String(key)} from ${from === null ? '<nil>' : typeof from}`);
}

function call({ callee, args }: Expression & { kind: 'call' }, environment: Environment): unknown {
  const known = callee.kind === 'name' ? namedFunction(callee.name, environment) : evaluate(callee, environment);
  if (typeof known !== 'function') throw new ExpressionError(`not a function: ${callee.kind === 'name' ? callee.name : callee.kind}`);
  const result: unknown = known(...args.map((arg) => evaluate(arg, environment)));
  return result;
}

function namedFunction(name: string, { functions = {} }: Environment): ExpressionFunction | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : Object.hasOwn(builtins, name) ? builtins[name] : undefined;
}

function unary(operator: string, operand: unknown): unknown {
  if (operator === '!' || operator === 'not') return !truth(operand);
  if (typeof operand !== 'number') throw new ExpressionError(`invalid operation: ${operator} ${typeof operand}`);
  return operator === '-' ? -operand : operand;
}

function binary({ operator, left, right }: Expression & { kind: 'binary' }, environment: Environment): unknown {
  const first = evaluate(left, environment);
  switch (operator) {
    case '&&':
    case 'and':
      return truth(first) ? truth(evaluate(right, environment)) : false;
    case '||':
    case 'or':
      return truth(first) ? true : truth(evaluate(right, environment));
    case '??':
      return first ?? evaluate(right, environment);
    default:
      return operate(operator, first, evaluate(right, environment));
  }
}

function operate(operator: string, left: unknown, right: unknown): unknown {
  if (operator === '==') return isDeepStrictEqual(left, right);
  if (operator === '!=') return !isDeepStrictEqual(left, right);
  if (operator === 'in') return isIn(left, right);
  if (typeof left === 'string' && typeof right === 'string') return onStrings(operator, left, right);
  if (typeof left === 'number' && typeof right === 'number') return onNumbers(operator, left, right);
  throw new ExpressionError(`invalid operation: ${kindOf(left)} ${operator} ${kindOf(right)}`);
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

function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`expected a bool, got ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  return value === null ? '<nil>' : Array.isArray(value) ? 'list' : typeof value;
}

/** The few functions of expr-lang itself that promotions here use. Source: expr-lang v1.17, builtin/builtin.go. */
const builtins: Readonly<Record<string, ExpressionFunction>> = {
  len: (value) => (typeof value === 'string' ? Array.from(value).length : Array.isArray(value) ? value.length : refuse('len', value)),
  string: (value) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : refuse('string', value)),
  split: (value, separator) => text('split', value).split(text('split', separator)),
  trim: (value) => text('trim', value).trim(),
  lower: (value) => text('lower', value).toLowerCase(),
  hasPrefix: (value, prefix) => text('hasPrefix', value).startsWith(text('hasPrefix', prefix)),
  hasSuffix: (value, suffix) => text('hasSuffix', value).endsWith(text('hasSuffix', suffix)),
  trimPrefix: (value, prefix) => {
    const [whole, start] = [text('trimPrefix', value), text('trimPrefix', prefix)];
    return whole.startsWith(start) ? whole.slice(start.length) : whole;
  },
};

function text(name: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(name, value);
}

function refuse(name: string, value: unknown): never {
  throw new ExpressionError(`invalid argument for ${name}: ${kindOf(value)}`);
}
