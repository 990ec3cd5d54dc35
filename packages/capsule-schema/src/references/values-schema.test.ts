import { describe, expect, it } from 'vitest';
import { summaryOf } from './testing/find-in-tree.ts';

function judge(schema: unknown): Promise<readonly string[]> {
  return summaryOf({ 'Chart.yaml': 'name: app', 'values.schema.json': JSON.stringify(schema) }, 'helm');
}

describe('the values schema of a chart', () => {
  it('may refer to itself, and to the drafts that Helm has built in', async () => {
    const schema = { properties: { a: { $ref: '#/$defs/own' }, b: { $ref: '#' }, c: { $dynamicRef: '#x' } }, $defs: { own: {} } };

    for (const $schema of [
      'http://json-schema.org/draft-07/schema#',
      'https://json-schema.org/draft-07/schema',
      'https://json-schema.org/draft/2020-12/schema',
    ]) {
      expect(await judge({ $schema, ...schema })).toEqual([]);
    }
    expect(await judge({ properties: { a: { $ref: 'http://json-schema.org/draft-07/schema#' } } })).toEqual([]);
  });

  it.each([
    ['an example', { examples: [{ $id: 'http://127.0.0.1:8999/x.json' }] }],
    ['a definition', { $defs: { x: { $id: 'http://127.0.0.1:8999/x.json' } } }],
    ['the name of a property', { properties: { id: {}, x: { default: { id: 'http://127.0.0.1:8999/x.json' } } } }],
  ])('refers to a URL, even where %s has it as its identifier', async (_, decoy) => {
    for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef', '$schema']) {
      expect(await judge({ ...decoy, not: { [keyword]: 'http://127.0.0.1:8999/x.json' } })).toEqual([
        `values.schema.json ${keyword} remote http://127.0.0.1:8999/x.json`,
      ]);
    }
  });

  it('refers to a URL where a relative reference starts from an identifier that is one', async () => {
    expect(
      await judge({ $id: 'http://127.0.0.1:8999/', $defs: { x: { $id: 'y.json' } }, not: { $ref: 'y.json' } }),
    ).toEqual(['values.schema.json $ref escapes y.json']);
  });

  it.each([
    'https://json-schema.org/draft-07/../../x',
    'http://json-schema.org/x.json',
    'http://json-schema.org:8999/draft-07/schema',
    'http://json-schema.org.example.com/draft-07/schema',
    'HTTP://json-schema.org/draft-07/schema',
    'file:///etc/passwd',
    'urn:x',
  ])('does not take %s for a draft', async (url) => {
    expect(await judge({ $schema: url })).toEqual([`values.schema.json $schema remote ${url}`]);
    expect(await judge({ $ref: url })).toEqual([`values.schema.json $ref remote ${url}`]);
  });
});
