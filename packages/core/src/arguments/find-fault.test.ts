import { describe, expect, it } from 'vitest';
import { type ArgumentKind, findFault } from './find-fault.ts';

const fault = (kind: ArgumentKind, value: unknown): string | undefined => findFault({ it: kind }, { it: value });

describe('findFault', () => {
  it.each<readonly [ArgumentKind, unknown]>([
    ['text', ''], ['boolean', false], ['count', 0], ['amount', Infinity], ['function', () => 1], ['bytes', Buffer.of()], ['date', new Date()], ['signal', AbortSignal.abort()],
    ['url', new URL('https://a.example')], ['object', {}], ['list', [1]], ['texts', ['a']], ['objects', [{}]], ['text map', { a: 'b' }], ['environment', { a: undefined }],
    [['next'], { next: () => 1 }], [{ a: 'text', 'b?': 'count' }, { a: 'x' }],
  ])('takes %j', (kind, value) => {
    expect(fault(kind, value)).toBeUndefined();
  });

  it.each<readonly [ArgumentKind, unknown, string]>([
    ['text', undefined, 'it is missing; it must be a text'],
    ['text', null, 'it must be a text, not null'],
    ['boolean', 'yes', 'it must be true or false, not this string'],
    ['count', -1, 'it must be a whole number, 0 or more, not this number'],
    ['count', 1.5, 'it must be a whole number, 0 or more, not this number'],
    ['amount', Number.NaN, 'it must be a number, 0 or more, not NaN'],
    ['date', new Date(Number.NaN), 'it must be a Date, not this object'],
    ['texts', ['a', 1], 'it must be a list of texts, not this list'],
    ['object', [], 'it must be an object, not this list'],
    ['environment', { a: 1 }, 'it must be an object of texts, like the environment, not this object'],
    [['push'], { fetch: () => 1 }, 'it must be an object with the methods push, not this object'],
    [{ a: { b: 'text' } }, { a: {} }, 'it.a.b is missing; it must be a text'],
    [{ 'a?': 'function' }, { a: 1 }, 'it.a must be a function, not this number'],
    [{ a: 'text' }, 'no', 'it must be an object, not this string'],
  ])('says that %j is not %j', (kind, value, message) => {
    expect(fault(kind, value)).toBe(message);
  });

  it('never repeats a value: it may be a password', () => {
    expect(fault('bytes', 'hunter2')).not.toContain('hunter2');
  });
});
