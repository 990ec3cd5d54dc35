import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateExpression } from './interpreter/expression/evaluate-expression.ts';
import { evaluateConfig, evaluateTemplate } from './interpreter/expression/evaluate-template.ts';
import { freightFunctions } from './interpreter/expression/freight-functions.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const freight = {
  name: 'f00',
  origin: 'app',
  images: [{ repoURL: 'ghcr.io/example/app', tag: 'git-1', digest, annotations: { 'org.opencontainers.image.revision': 'abc' } }],
};
const functions = freightFunctions(freight, { app: ['ghcr.io/example/app', 'ghcr.io/example/absent'] });
const values = {
  vars: { repo: 'ghcr.io/example/app', absent: 'ghcr.io/example/absent' },
  outputs: { verify: { ok: true, status: 200, path: 'package/helm' }, 'open-pr': { pr: { id: 7 } } },
};
const environment = { values, functions };

describe('expressions', () => {
  test.each<[expression: string, value: unknown]>([
    ['imageFrom(vars.repo).Tag', 'git-1'],
    ['imageFrom(vars.repo, warehouse("app")).Digest', digest],
    ["imageFrom(vars.repo).Annotations['org.opencontainers.image.revision']", 'abc'],
    ["vars.repo + '@' + imageFrom(vars.repo).Digest", `ghcr.io/example/app@${digest}`],
    ["outputs['open-pr'].pr.id", 7],
    ['outputs.verify.status == 200 && outputs.verify.ok == true', true],
    ['outputs.verify.status >= 400 || outputs.verify.ok == false', false],
    ["outputs.verify.path == 'package/helm' ? './release.yaml' : './failed'", './release.yaml'],
    ['!outputs.verify.ok', false],
    ['not (1 > 2) and 2 * 3 + 1 == 7', true],
    ['absent', null],
    ['outputs.verify.absent == nil', true],
    ['absent?.deeper', null],
    ['absent ?? "fallback"', 'fallback'],
    ['200 in [200, 422]', true],
    ['{"a": [1, {b: 2},], "c": nil}', { a: [1, { b: 2 }], c: null }],
    ["split('a:b', ':')[1]", 'b'],
    ["'git-1' startsWith 'git-'", true],
    ["'git-' + '0' matches '^git-[0-9]$'", true],
    [String.raw`"a\"b" + 'c' + ${'`d`'}`, 'a"bcd'],
    ['imageFrom(vars.absent) == nil', true],
    ["split('a/b/c', '/', 2)", ['a', 'b/c']],
    ["replace('a.b.c', '.', '[.]') + join(['a', 'b'], '|')", 'a[.]b[.]ca|b'],
    ["replace('a', 'a', '$&')", '$&'],
    ['concat([1], [2, 3])', [1, 2, 3]],
    ['let double = map([1, 2], # * 2); filter(double, {# > 2})', [4]],
    ['map([{"a": 1}], { {"b": #.a, "c": vars.repo} })', [{ b: 1, c: 'ghcr.io/example/app' }]],
    ['any([1, 2], # == 2) and not any([], #)', true],
    ['map(["a", outputs.verify.status, true, nil, [1], {"a": 1}], type(#))', ['string', 'float', 'bool', 'nil', 'array', 'map']],
    ['string(nil) + string(1) + string(true)', '<nil>1true'],
    ['toJSON(absent) + toJSON("a<") + toJSON([1])', 'null"a\\u003c"[\n  1\n]'],
    ['let vars = 1; vars', 1],
    ['true ? 1 : let a = 2; a', 1],
  ])('%s', (expression, value) => {
    expect(evaluateExpression(expression, environment)).toEqual(value);
  });

  test.each([
    ['a member of nil', 'absent.deeper', 'cannot fetch deeper from <nil>'],
    ['an image that the Freight lacks', 'imageFrom(vars.absent).Tag', 'cannot fetch Tag from <nil>'],
    ['a field that an image does not have', 'imageFrom(vars.repo).tag', 'no such field'],
    ['a sum of text and nil', '"a" + absent', 'invalid operation: string + <nil>'],
    ['a comparison of text and number', '"1" < 2', 'invalid operation: string < number'],
    ['a condition that is no bool', 'outputs.verify.status && true', 'expected a bool, got number'],
    ['an unknown function', 'exec("rm")', 'not a function: exec'],
    ['what objects inherit', 'toString()', 'not a function: toString'],
    ['a pipe', 'vars.repo | split("/")', 'unknown word'],
    ['a range', '1..2', 'unexpected .'],
    ['a predicate that gives no bool', 'filter([1], # + 1)', 'expected a bool, got number'],
    ['a predicate about what is no list', 'any("ab", true)', 'invalid argument for any: string'],
    ['an item outside of a predicate', '#', '# stands outside of a predicate'],
    ['a declaration of what is there', 'let values = 1; values', 'cannot redeclare values'],
    ['a second declaration', 'let x = 1; let x = 2; x', 'cannot redeclare x'],
    ['a declaration of nothing', 'let x = 1', 'unexpected the end'],
    ['an open string', '"a', 'unknown word'],
    ['nothing at all', '', 'unexpected the end'],
  ])('%s is an error', (_, expression, message) => {
    expect(() => evaluateExpression(expression, environment)).toThrow(message);
  });

  test('read no inherited member of a map', () => {
    expect(evaluateExpression('vars.constructor', environment)).toBeNull();
  });
});

describe('templates', () => {
  test.each<[template: string, value: unknown]>([
    ['42', '42'],
    ['${{ 42 }}', 42],
    ['${{ quote(42) }}', '42'],
    ['${{ "1e3" }}', 1000],
    ['${{ quote("1e3") }}', '1e3'],
    ['${{ "t" }}', true],
    ['${{ "1_000" }}', 1000],
    ['${{ "1__0" }}', '1__0'],
    ['${{ "0x1.8p1" }}', 3],
    ['${{ "-0x_1p-2" }}', -0.25],
    ['${{ ".5" }}', 0.5],
    ['${{ "1e400" }}', '1e400'],
    ['${{ "[1e400]" }}', '[1e400]'],
    ['${{ "+inf" }}', Infinity],
    ['${{ "infx" }}', 'infx'],
    ['${{ asYAML({"a": [1]}) }}', 'a:\n    - 1\n'],
    ['${{ outputs.verify.ok }}', true],
    ['${{ absent }}', null],
    ['${{ {"b": 1, "a": "<"} }}', { b: 1, a: '<' }],
    ['${{ quote({"b": 1, "a": "<"}) }}\n', '{"a":"\\u003c","b":1}\n'],
    ['${{ asJSON([1]) }}', '[\n  1\n]\n'],
    ['stage/${{ vars.repo }}-${% 1 + 1 %}', 'stage/ghcr.io/example/app-2'],
    ['a ${{ vars.repo }}\n\nb\n', 'a ghcr.io/example/app\n\nb\n'],
  ])('%j', (template, value) => {
    expect(evaluateTemplate(template, environment)).toEqual(value);
  });

  // A commit of which every character is a digit, but for one `e`, reads as a number: what is copied from a record wants quote().
  test('take a commit id for a number where it reads as one', () => {
    const commit = `${'1'.repeat(20)}e${'0'.repeat(18)}1`;
    const outputs = { record: { commit } };
    expect(evaluateTemplate('${{ outputs.record.commit }}', { values: { outputs } })).toBeTypeOf('number');
    expect(evaluateTemplate('${{ quote(outputs.record.commit) }}', { values: { outputs } })).toBe(commit);
  });

  test('are evaluated in values, never in keys, at any depth', () => {
    const config = { '${{ 1 }}': [{ deep: '${{ 1 + 1 }}' }], plain: true };
    expect(evaluateConfig(config, environment)).toEqual({ '${{ 1 }}': [{ deep: 2 }], plain: true });
  });

  test.each([['inf', '+Inf'], ['-Infinity', '-Inf'], ['NaN', 'NaN']])('cannot put %s into a config, which is JSON', (word, named) => {
    expect(() => evaluateConfig({ deep: [`\${{ "${word}" }}`] }, environment)).toThrow(`json: unsupported value: ${named}`);
  });

  // What a hostile name must not become: a number, a bool, a list, nothing.
  test('keep a quoted name as it is', () => {
    const name = fc.oneof(fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?$/), fc.constantFrom('1e3', 'inf', 'nan', 't', 'true', '0x1p4', '1_0', 'null'));
    fc.assert(fc.property(name, (each) => {
      expect(evaluateTemplate('${{ quote(name) }}', { values: { name: each } })).toBe(each);
    }));
  });

  test('that do not end are an error', () => {
    expect(() => evaluateTemplate('${{ 1', environment)).toThrow('unclosed expression');
  });
});

describe('images', () => {
  test('that two Warehouses could give are an error unless one is named', () => {
    const ambiguous = freightFunctions(freight, { app: ['ghcr.io/example/app'], other: ['ghcr.io/example/app'] });
    expect(() => evaluateExpression('imageFrom(vars.repo).Tag', { values, functions: ambiguous })).toThrow('multiple requested Freight');
    expect(evaluateExpression('imageFrom(vars.repo, warehouse("app")).Tag', { values, functions: ambiguous })).toBe('git-1');
  });

  test('are found only where the Warehouse subscribes to them', () => {
    expect(evaluateExpression('imageFrom(vars.repo)', { values, functions: freightFunctions(freight, { app: [] }) })).toBeNull();
  });
});
