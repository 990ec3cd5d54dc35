import { ExpressionError } from './errors.ts';
import { kindOf } from './kinds.ts';

/** The few functions of expr-lang itself that promotions here use. Source: expr-lang v1.17, builtin/builtin.go. */
export const builtins: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
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
