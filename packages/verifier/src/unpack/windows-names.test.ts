import { describe, expect, it } from 'vitest';
import { assertHoldable } from './windows-names.ts';

const names = ['con', 'CON.yaml', 'package/nul', 'aux/', 'COM1', 'lpt9.txt', 'com²', 'a<b', 'a:b', 'what?', 'ends.', 'ends /x', 'a|b', 'a"b', 'a*'];

describe('assertHoldable', () => {
  it.each(names)('refuses %s on Windows, and nowhere else', (path) => {
    expect(() => assertHoldable(path, 'win32')).toThrow(expect.objectContaining({ code: 'PATH_UNSUPPORTED_HERE' }));
    expect(() => assertHoldable(path, 'linux')).not.toThrow();
  });

  it.each(['console', 'package/common.yaml', 'com', 'com10', 'nul-x', 'a.b', '.hidden', 'é', 'a b', 'directory/'])('allows %s', (path) => {
    expect(() => assertHoldable(path, 'win32')).not.toThrow();
  });
});
