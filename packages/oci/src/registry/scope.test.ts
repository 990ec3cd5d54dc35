import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeScopes } from './scope.ts';

describe('mergeScopes', () => {
  it.each([
    [['repository:a:pull', 'repository:a:push,pull'], ['repository:a:pull,push']],
    [['repository:b:pull repository:a:pull', ''], ['repository:a:pull', 'repository:b:pull']],
    [['repository:host:5000/a:pull', 'repository:host:5000/a:push'], ['repository:host:5000/a:pull,push']],
    [['registry:catalog:*', 'aws'], ['aws', 'registry:catalog:*']],
    [[''], []],
  ])('merges %j', (scopes, expected) => {
    expect(mergeScopes(scopes)).toEqual(expected);
  });

  it('gives the same list for any order, and for its own result', () => {
    const scope = fc.tuple(fc.constantFrom('a', 'b/c'), fc.subarray(['pull', 'push', 'delete'], { minLength: 1 }));
    fc.assert(
      fc.property(fc.array(scope), (list) => {
        const scopes = list.map(([name, actions]) => `repository:${name}:${actions.join(',')}`);
        const merged = mergeScopes(scopes);
        expect(mergeScopes(scopes.toReversed())).toEqual(merged);
        expect(mergeScopes(merged)).toEqual(merged);
      }),
    );
  });
});
