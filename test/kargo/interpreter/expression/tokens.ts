import { ExpressionError } from './errors.ts';

/** One word of an expression. */
export interface Token {
  readonly kind: 'string' | 'number' | 'name' | 'operator' | 'end';
  /** The value of a string, else the word as it stands. */
  readonly text: string;
  readonly at: number;
}

const space = /\s*/y;
const number = /(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const name = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;
const operator = /\?\.|\?\?|&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,;=#()[\]{}]/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

/** Splits an expression into words. Source: expr-lang v1.17, parser/lexer/state.go. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(source, 0);
  while (at < source.length) {
    const token = readToken(source, at);
    tokens.push(token.word);
    at = skipSpace(source, token.end);
  }
  return [...tokens, { kind: 'end', text: 'the end', at }];
}

function readToken(source: string, at: number): { readonly word: Token; readonly end: number } {
  const kinds = [['string', quoted], ['number', number], ['name', name], ['operator', operator]] as const;
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(source) ?? [];
    if (found === undefined) continue;
    return { word: { kind, text: kind === 'string' ? unquote(found) : found, at }, end: at + found.length };
  }
  throw new ExpressionError(`unknown word at ${at} of ${source}`);
}

function unquote(literal: string): string {
  const inside = literal.slice(1, -1);
  if (literal.startsWith('`')) return inside;
  return inside.replace(/\\(.)/g, (_, letter: string) => {
    const character = escapes[letter];
    if (character === undefined) throw new ExpressionError(`unknown escape \\${letter}`);
    return character;
  });
}

function skipSpace(source: string, at: number): number {
  space.lastIndex = at;
  return at + (space.exec(source)?.[0].length ?? 0);
}
