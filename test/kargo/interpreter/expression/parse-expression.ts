import { ExpressionError } from './errors.ts';
import { type Token, tokenize } from './tokens.ts';

/** An expression as a tree. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression; readonly optional: boolean }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  /** A builtin that asks a predicate about each item of a list. */
  | { readonly kind: 'each'; readonly name: PredicateBuiltin; readonly list: Expression; readonly predicate: Expression }
  /** The item that a predicate is asked about. */
  | { readonly kind: 'item' }
  | { readonly kind: 'let'; readonly name: string; readonly value: Expression; readonly within: Expression }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression };

/** The builtins with a predicate that are interpreted. Source: expr-lang v1.17, parser/parser.go, predicates. */
export type PredicateBuiltin = 'any' | 'filter' | 'map';

const predicateBuiltins: readonly string[] = ['any', 'filter', 'map'] satisfies readonly PredicateBuiltin[];

/** How tightly operators bind. Source: expr-lang v1.17, parser/operator/operator.go. */
const binaryPower = new Map(
  Object.entries({
    '||': 10, or: 10, '&&': 15, and: 15,
    '==': 20, '!=': 20, '<': 20, '>': 20, '<=': 20, '>=': 20, in: 20, matches: 20, contains: 20, startsWith: 20, endsWith: 20,
    '+': 30, '-': 30, '*': 60, '/': 60, '%': 60, '??': 500,
  }),
);
const unaryPower = new Map(Object.entries({ not: 50, '!': 50, '-': 90, '+': 90 }));
const constants = new Map<string, boolean | null>(Object.entries({ true: true, false: false, nil: null }));

/**
 * Parses an expression.
 * @throws {ExpressionError} where it is none, or uses syntax that is not interpreted here (pipes, ranges, slices).
 */
export function parseExpression(source: string): Expression {
  const parser = new Parser(tokenize(source), source);
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  whole(): Expression {
    const parsed = this.#expression(0);
    if (this.#next.kind !== 'end') this.#refuse();
    return parsed;
  }

  #expression(power: number): Expression {
    if (power === 0 && this.#next.kind === 'name' && this.#next.text === 'let') return this.#declaration();
    let left = this.#unary();
    for (;;) {
      const operator = this.#next;
      const binding = operator.kind === 'operator' || operator.kind === 'name' ? binaryPower.get(operator.text) : undefined;
      if (binding === undefined || binding < power) break;
      this.#at += 1;
      left = { kind: 'binary', operator: operator.text, left, right: this.#expression(binding + 1) };
    }
    return power === 0 ? this.#choice(left) : left;
  }

  /** Source: expr-lang v1.17, parser/parser.go, parseVariableDeclaration. */
  #declaration(): Expression {
    this.#at += 1;
    const { kind, text: name } = this.#next;
    if (kind !== 'name') this.#refuse();
    this.#at += 1;
    this.#expect('=');
    const value = this.#expression(0);
    this.#expect(';');
    return { kind: 'let', name, value, within: this.#expression(0) };
  }

  #choice(test: Expression): Expression {
    if (!this.#take('?')) return test;
    const yes = this.#expression(0);
    this.#expect(':');
    return { kind: 'choice', test, yes, no: this.#expression(0) };
  }

  #unary(): Expression {
    const { kind, text } = this.#next;
    const power = kind === 'operator' || kind === 'name' ? unaryPower.get(text) : undefined;
    if (power === undefined) return this.#postfix(this.#primary());
    this.#at += 1;
    return { kind: 'unary', operator: text, operand: this.#expression(power) };
  }

  #primary(): Expression {
    const token = this.#next;
    this.#at += 1;
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'name') return this.#named(token.text);
    switch (token.kind === 'operator' ? token.text : '') {
      case '(':
        return this.#closed(this.#expression(0), ')');
      case '[':
        return { kind: 'list', items: this.#sequence(']', () => this.#expression(0)) };
      case '#':
        return { kind: 'item' };
      case '{':
        return { kind: 'map', entries: this.#sequence('}', () => this.#entry()) };
      default:
        this.#at -= 1;
        return this.#refuse();
    }
  }

  #named(name: string): Expression {
    if (isPredicateBuiltin(name) && this.#take('(')) return this.#each(name);
    const constant = constants.get(name);
    return constant === undefined ? { kind: 'name', name } : { kind: 'literal', value: constant };
  }

  /** A predicate may stand in braces: one that is a map has two pairs. Source: expr-lang v1.17, parser/parser.go, parsePredicate. */
  #each(name: PredicateBuiltin): Expression {
    const list = this.#expression(0);
    this.#expect(',');
    const predicate = this.#take('{') ? this.#closed(this.#expression(0), '}') : this.#expression(0);
    return this.#closed({ kind: 'each', name, list, predicate }, ')');
  }

  #postfix(base: Expression): Expression {
    let parsed = base;
    for (;;) {
      if (this.#take('.')) parsed = this.#member(parsed, false);
      else if (this.#take('?.')) parsed = this.#take('[') ? this.#index(parsed, true) : this.#member(parsed, true);
      else if (this.#take('[')) parsed = this.#index(parsed, false);
      else if (this.#take('(')) parsed = { kind: 'call', callee: parsed, args: this.#sequence(')', () => this.#expression(0)) };
      else return parsed;
    }
  }

  #member(of: Expression, optional: boolean): Expression {
    const { kind, text } = this.#next;
    if (kind !== 'name') this.#refuse();
    this.#at += 1;
    return { kind: 'member', of, key: { kind: 'literal', value: text }, optional };
  }

  #index(of: Expression, optional: boolean): Expression {
    return { kind: 'member', of, key: this.#closed(this.#expression(0), ']'), optional };
  }

  #entry(): readonly [Expression, Expression] {
    const { kind, text } = this.#next;
    if (kind === 'end' || kind === 'operator' && text !== '(') this.#refuse();
    this.#at += 1;
    const key = kind === 'operator' ? this.#closed(this.#expression(0), ')') : { kind: 'literal' as const, value: text };
    this.#expect(':');
    return [key, this.#expression(0)];
  }

  #sequence<T>(close: string, read: () => T): readonly T[] {
    const items: T[] = [];
    while (!this.#take(close)) {
      if (items.length > 0) this.#expect(',');
      if (items.length > 0 && this.#take(close)) break; // a comma may stand after the last one
      items.push(read());
    }
    return items;
  }

  #closed(inside: Expression, close: string): Expression {
    this.#expect(close);
    return inside;
  }

  #take(operator: string): boolean {
    const { kind, text } = this.#next;
    if (kind !== 'operator' || text !== operator) return false;
    this.#at += 1;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#take(operator)) this.#refuse();
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: 'the end', at: this.#source.length };
  }

  #refuse(): never {
    const { text, at } = this.#next;
    throw new ExpressionError(`unexpected ${text} at ${at} of ${this.#source}`);
  }
}

function isPredicateBuiltin(name: string): name is PredicateBuiltin {
  return predicateBuiltins.includes(name);
}
