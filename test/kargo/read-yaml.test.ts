import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYaml } from './interpreter/read-yaml.ts';

describe('a plain scalar', () => {
  test.each<[text: string, value: unknown]>([
    ['yes', true], ['On', true], ['y', true], ['TRUE', true], ['no', false], ['N', false], ['off', false], ['t', 't'],
    ['~', null], ['NULL', null], ['', null],
    ['0123', 83], ['-0123', -83], ['0o17', 15], ['0x1F', 31], ['0b11', 3], ['0x_1', 1], ['0_7', 7], ['0', 0], ['00', 0], ['+5', 5],
    ['08', 8], ['0888', 888], ['1_000', 1000], ['1__0', 10], ['1e3', 1000], ['12e03', 12000], ['.5', 0.5], ['5.', 5], ['18446744073709551616', 2 ** 64],
    ['1:30', '1:30'], ['190:20:30', '190:20:30'], ['2001-01-01', '2001-01-01'], ['1.2.3', '1.2.3'], ['1e', '1e'], ['0x', '0x'], ['_1', '_1'], ['=', '='],
  ])('%j is %j', (text, value) => {
    expect(readYaml(`key: ${text}\n`)).toEqual({ key: value });
  });

  test.each(['.inf', '-.Inf', '+.inf', '.nan'])('%s cannot be read', (text) => {
    expect(() => readYaml(`key: ${text}\n`)).toThrow('json: unsupported value');
  });
});

test('a text in quotes, or with the tag of one, is that text', () => {
  expect(readYaml(`a: "yes"\nb: '0123'\nc: !!str 12\nd: |\n  1\n`)).toEqual({ a: 'yes', b: '0123', c: '12', d: '1\n' });
  fc.assert(fc.property(fc.string(), (text) => {
    expect(readYaml(`key: ${JSON.stringify(text)}\n`)).toEqual({ key: text });
  }));
});

test('of a file, the first document is read; one of comments alone is nil', () => {
  expect(readYaml('a: 1\n---\nb: 2\n')).toEqual({ a: 1 });
  expect(readYaml('# nothing\n')).toBeNull();
  expect(() => readYaml('a: [\n')).toThrow('could not parse YAML file');
});
