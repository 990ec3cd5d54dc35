import { builtinNames, builtins } from './builtins.ts';
import { ExpressionError } from './errors.ts';
import { kindOf, truth } from './kinds.ts';
import { operate } from './operators.ts';
import { type Expression, parseExpression } from './parse-expression.ts';
import { isRecord, Struct } from './values.ts';

/** A function that expressions may call. */
export type ExpressionFunction = (...args: readonly unknown[]) => unknown;

/** What an expression sees: values by name, and functions by name. */
export interface Environment {
  /** Usually a map; a parsed document may be anything. */
  readonly values: unknown;
  readonly functions?: Readonly<Record<string, ExpressionFunction>>;
  /** What `let` has declared; it comes before the values. */
  readonly declared?: ReadonlyMap<string, unknown>;
  /** Within a predicate, the item that it is asked about. */
  readonly item?: { readonly value: unknown };
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
      return environment.declared?.has(expression.name) === true
        ? environment.declared.get(expression.name)
        : fetchMember(environment.values, expression.name);
    case 'list':
      return expression.items.map((item) => evaluate(item, environment));
    case 'map':
      return mapOf(expression, environment);
    case 'member':
      return member(expression, environment);
    case 'call':
      return call(expression, environment);
    case 'each':
      return each(expression, environment);
    case 'item':
      return itemOf(environment);
    case 'let':
      return evaluate(expression.within, declare(expression, environment));
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

function each({ name, list, predicate }: Expression & { kind: 'each' }, environment: Environment): unknown {
  const items = evaluate(list, environment);
  if (!Array.isArray(items)) throw new ExpressionError(`invalid argument for ${name}: ${kindOf(items)}`);
  const ask = (value: unknown): unknown => evaluate(predicate, { ...environment, item: { value } });
  switch (name) {
    case 'any':
      return items.some((value) => truth(ask(value)));
    case 'filter':
      return items.filter((value) => truth(ask(value)));
    default:
      return items.map(ask);
  }
}

function itemOf({ item: asked }: Environment): unknown {
  if (asked === undefined) throw new ExpressionError('# stands outside of a predicate');
  return asked.value;
}

/** Source: expr-lang v1.17, checker/checker.go, VariableDeclaratorNode: nothing that has the name already may be declared. */
function declare({ name, value }: Expression & { kind: 'let' }, environment: Environment): Environment {
  const { functions = {}, declared = new Map<string, unknown>() } = environment;
  const isTaken = declared.has(name) || Object.hasOwn(functions, name) || builtinNames.includes(name);
  if (isTaken) throw new ExpressionError(`cannot redeclare ${name}`);
  return { ...environment, declared: new Map([...declared, [name, evaluate(value, environment)]]) };
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
