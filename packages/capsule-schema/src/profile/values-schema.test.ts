import { describe, expect, it } from 'vitest';
import { summaryOf } from './testing/find-in-tree.ts';

function judge(schema: unknown): Promise<readonly string[]> {
  return summaryOf({
    'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0',
    'values.schema.json': JSON.stringify(schema),
  });
}

describe('the values schema of a chart', () => {
  it('may refer to itself, and to the drafts that Helm has built in', async () => {
    const schema = {
      properties: { a: { $ref: '#/$defs/own' }, b: { $ref: '#' }, c: { $dynamicRef: '#x' } },
      $defs: { own: {} },
    };

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
    ['the newest draft, by each of its names', { $schema: 'http://json-schema.org/schema#' }],
    ['the newest draft', { $schema: 'https://json-schema.org/schema' }],
    [
      'an identifier at its root',
      { $id: 'https://example.com/values.json', properties: { a: { $ref: '#/definitions/a' } } },
    ],
    [
      'keywords where data stands',
      { default: { $ref: 'https://example.com/x' }, enum: [{ $ref: 'a' }], properties: { $ref: { type: 'string' } } },
    ],
    ['a property that is called as an identifier', { properties: { id: { type: 'string' }, $id: { const: 'x' } } }],
  ])('may have %s', async (_, schema) => expect(await judge(schema)).toEqual([]));

  it('is refused where a reference leads into data, which refers to a URL', async () => {
    for (const $ref of ['#/default', '#/properties/a/enum/0', '#/%64efault']) {
      const schema = {
        not: { $ref },
        default: { $ref: 'https://example.com/x' },
        properties: { a: { enum: [{ $ref: 'https://example.com/x' }] } },
      };
      expect(await judge(schema)).toContain('values.schema.json $ref remote https://example.com/x');
    }
  });

  it('has no identifier below its root, against which references would be resolved', async () => {
    expect(await judge({ $defs: { x: { $id: 'y.json' } } })).toEqual(['values.schema.json $id profile ']);
    expect(await judge({ properties: { x: { id: 'http://127.0.0.1:8999/' } } })).toEqual([
      'values.schema.json id profile ',
    ]);
  });

  it.each([
    ['an example', { examples: [{ $id: 'http://127.0.0.1:8999/x.json' }] }],
    ['the root', { $id: 'http://127.0.0.1:8999/x.json' }],
    ['the name of a property', { properties: { id: {}, x: { default: { id: 'http://127.0.0.1:8999/x.json' } } } }],
  ])('refers to a URL, even where %s has it as its identifier', async (_, decoy) => {
    for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef', '$schema']) {
      expect(await judge({ ...decoy, not: { [keyword]: 'http://127.0.0.1:8999/x.json' } })).toEqual([
        `values.schema.json ${keyword} remote http://127.0.0.1:8999/x.json`,
      ]);
    }
  });

  it('refers to a URL where a relative reference starts from an identifier that is one', async () => {
    expect(await judge({ $id: 'http://127.0.0.1:8999/', not: { $ref: 'y.json' } })).toEqual([
      'values.schema.json $ref escapes y.json',
    ]);
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
