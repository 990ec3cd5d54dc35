import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { parseCapsuleName } from './capsule-name.ts';

describe('parseCapsuleName', () => {
  it.each(['a', '0', 'app', 'web-1', 'a.b_c-d', 'a--b', `a${'b'.repeat(126)}c`])('takes %j', (name) => {
    expect(parseCapsuleName(name)).toBe(name);
  });

  const tooLong = `a${'b'.repeat(127)}c`;

  it.each(['', '-', 'A', 'App', '-a', 'a-', '.a', 'a.', '_a', 'a/b', '../a', 'a b', 'a\n', 'é', 'a\0', tooLong])(
    'refuses %j',
    (name) => {
      expect(() => parseCapsuleName(name)).toThrow(refusal('NAME_INVALID'));
    },
  );
});
