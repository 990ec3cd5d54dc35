import { ExpressionError } from './errors.ts';
import { kindOf } from './kinds.ts';
import { goJson, Struct, TextMap } from './values.ts';

/** The few functions of expr-lang itself that promotions here use. Source: expr-lang v1.17, builtin/builtin.go. */
export const builtins: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  len: (value) => (typeof value === 'string' ? Array.from(value).length : Array.isArray(value) ? value.length : refuse('len', value)),
  string: textOf,
  split: (value, separator, count) => splitText(text('split', value), text('split', separator), count),
  join: (value, separator = '') => list('join', value).map((item) => text('join', item)).join(text('join', separator)),
  concat: (...lists) => lists.flatMap((value) => list('concat', value)),
  // By split and join, since `$` means something in a replacement.
  replace: (value, old, by) => text('replace', value).split(text('replace', old)).join(text('replace', by)),
  trim: (value) => text('trim', value).trim(),
  lower: (value) => text('lower', value).toLowerCase(),
  hasPrefix: (value, prefix) => text('hasPrefix', value).startsWith(text('hasPrefix', prefix)),
  hasSuffix: (value, suffix) => text('hasSuffix', value).endsWith(text('hasSuffix', suffix)),
  type: (value) => typeName(value ?? null),
  toJSON: (value) => goJson(value ?? null, '  '),
  trimPrefix: (value, prefix) => {
    const [whole, start] = [text('trimPrefix', value), text('trimPrefix', prefix)];
    return whole.startsWith(start) ? whole.slice(start.length) : whole;
  },
};

/** The names of all its builtins, as far as one could take one of them for a name that is free. Source: as {@link builtins}. */
export const builtinNames: readonly string[] = [...Object.keys(builtins), ...`
  abs all any bitand ceil count date duration filter find findIndex findLast first flatten floor float fromBase64 fromJSON fromPairs get
  groupBy indexOf int keys last lastIndexOf map max mean median min none now one reduce repeat reverse round sort sortBy splitAfter sum
  take timezone toBase64 toPairs trimSuffix uniq upper values
`.trim().split(/\s+/)];

/** With a count, the last part is all that is left. Source: Go, strings.SplitN. */
function splitText(whole: string, separator: string, count: unknown = -1): readonly string[] {
  if (typeof count !== 'number' || count === 0) return refuse('split', count);
  const parts = whole.split(separator);
  return count < 0 || parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function textOf(value: unknown): string {
  if (value === null) return '<nil>';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : refuse('string', value);
}

/**
 * Every number that Kargo reads in a template, in YAML or in JSON is a float; one that an expression writes down is an int there.
 * Source: expr-lang v1.17, builtin/lib.go, Type.
 */
function typeName(value: unknown): string {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return value instanceof Struct && !(value instanceof TextMap) ? 'struct' : 'map';
  return { string: 'string', boolean: 'bool', number: 'float' }[typeof value as string] ?? refuse('type', value);
}

function list(name: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(name, value);
}

function text(name: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(name, value);
}

function refuse(name: string, value: unknown): never {
  throw new ExpressionError(`invalid argument for ${name}: ${kindOf(value)}`);
}
