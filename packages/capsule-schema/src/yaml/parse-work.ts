import { Lexer } from 'yaml';
import { SchemaError } from '../errors.ts';

/** How much work one text may be. */
export interface ParseWorkOptions {
  /** Names the text in messages. */
  readonly what: string;
  /** In units of about five microseconds, whatever the text holds. */
  readonly maxWork: number;
}

/** What a YAML file that people write may cost: 30,000 simple tokens are some 6,000 lines. */
export const maxYamlWork = 30_000;

/** How deep a YAML file that people write may be nested: the deepest Kubernetes object, a CRD's schema, has about 40 levels. */
export const maxYamlDepth = 64;

// The parser makes an error of each that stands where it has no place, and an error costs five times a token.
const dearLexeme = /^[,[\]{}!&*%]/;
const dearWork = 5;
const escapeWork = 3; // each escape of a quoted text can be an error of its own
const linesInUnit = 50;
const charactersInUnit = 256;

/**
 * Counts the work of parsing a YAML text, without parsing it: a text of commas is one error after another, and 256 KiB
 * of them hold the parser for seconds. The lexer alone takes a fraction of that, and stops at the limit.
 * @throws {SchemaError} `YAML_TOO_LARGE`, `YAML_INVALID`.
 */
export function countParseWork(text: string, { what, maxWork }: ParseWorkOptions): number {
  let work = 0;
  let depth = 0;
  for (const lexeme of new Lexer().lex(text)) {
    work += workOf(lexeme);
    if (lexeme === '[' || lexeme === '{') depth += 1;
    else if (lexeme === ']' || lexeme === '}') depth -= 1;
    if (work > maxWork) throw tooComplex(what, maxWork);
    if (depth > maxYamlDepth)
      throw new SchemaError('YAML_INVALID', `${what} cannot be read: it is nested deeper than ${maxYamlDepth}`);
  }
  return work;
}

function workOf(lexeme: string): number {
  if (dearLexeme.test(lexeme)) return dearWork;
  const escapes = lexeme.startsWith('"') ? count(lexeme, '\\') : 0;
  return 1 + escapeWork * escapes + Math.floor(count(lexeme, '\n') / linesInUnit + lexeme.length / charactersInUnit);
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}

function tooComplex(what: string, maxWork: number): SchemaError {
  return new SchemaError('YAML_TOO_LARGE', `${what} has more structure than is read: over ${maxWork} units of work`, {
    hint: 'Split it into several files.',
  });
}
