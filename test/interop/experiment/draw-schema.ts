import type { Draw } from './draw.ts';

/** Writes a `values.schema.json`: one that is whole in itself, and at times one that names another. */
export function drawSchema(draw: Draw): string {
  const dialect = draw.pick([
    undefined,
    'http://json-schema.org/draft-07/schema#',
    'http://json-schema.org/draft-07/schema',
    'https://json-schema.org/draft/2020-12/schema',
    'https://json-schema.org/draft/2019-09/schema',
    'http://json-schema.org/draft-04/schema#',
    'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/schema#',
    'https://json-schema.org/schema#',
  ]);
  const schema = {
    $schema: dialect,
    type: 'object',
    title: 'Values',
    properties: { message: draw.chance(40) ? { $ref: '#/definitions/message' } : { type: 'string' }, nested: { type: 'object' } },
    definitions: { message: { type: 'string', description: 'see ../../outside-schema.json' } },
  };
  const odd = draw.odd('schema');
  return odd === undefined ? JSON.stringify(schema, undefined, draw.pick([0, 2])) : oddSchema(schema, odd);
}

function oddSchema(schema: object, draw: Draw): string {
  const target = draw.pick([
    'http://outside.example/s.json',
    'https://outside.example/s.json',
    'file:///mnt/outside-schema.json',
    'FILE:///mnt/outside-schema.json',
    'file:/mnt/outside-schema.json',
    'outside-schema.json',
    '../outside-schema.json',
    '/mnt/outside-schema.json',
    'values.schema.json',
    '#/definitions/message',
    '#',
    '',
    'urn:x:y',
    '//outside.example/s.json',
    'outside-schema.json#/definitions/x',
    'http://json-schema.org/draft-07/schema#',
  ]);
  const base = draw.pick([
    'http://outside.example/',
    'file:///mnt/',
    'file:///mnt/x.json',
    'urn:x',
    '#anchor',
    'values.schema.json',
    '../',
    '',
  ]);
  const changed = draw.pick<() => object>([
    () => ({ ...schema, $ref: target }),
    () => ({ ...schema, allOf: [{ $ref: target }] }),
    () => ({ ...schema, $defs: { x: { $ref: target } }, properties: { message: { $ref: '#/$defs/x' } } }),
    () => ({ ...schema, definitions: { message: { $ref: target } } }),
    () => ({ ...schema, $id: base, properties: { message: { $ref: target } } }),
    () => ({ ...schema, id: base, properties: { message: { $ref: target } } }),
    () => ({
      ...schema,
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: base,
      properties: { message: { $ref: target } },
    }),
    () => ({ ...schema, properties: { message: { $id: base, $ref: target } } }),
    () => ({ ...schema, properties: { message: { id: base, allOf: [{ $ref: '#/definitions/message' }, { $ref: 'x.json' }] } } }),
    () => ({ ...schema, $id: base }),
    () => ({ ...schema, $schema: target }),
    () => ({ ...schema, properties: { message: { $schema: target, type: 'string' } } }),
    () => ({ ...schema, $schema: 'https://json-schema.org/draft/2020-12/schema', $dynamicRef: target }),
    () => ({ ...schema, $schema: 'https://json-schema.org/draft/2019-09/schema', $recursiveRef: target }),
    () => ({ ...schema, enum: [{ $ref: target }] }),
    () => ({ ...schema, default: { $ref: target } }),
    () => ({ ...schema, examples: [{ $ref: target }] }),
    () => ({ ...schema, 'x-thing': { $ref: target } }),
    () => ({ ...schema, properties: { $ref: { $ref: target } } }),
    () => ({ ...schema, properties: { message: { enum: ['a'], const: { $ref: target } } } }),
    () => ({ ...schema, contentSchema: { $ref: target }, dependencies: { message: { $ref: target } } }),
    () => ({ ...schema, $vocabulary: { [target]: true } }),
    () => ({ ...schema, $anchor: 'a', $ref: '#a' }),
    () => ({ ...schema, $REF: target }),
  ])();
  return spelled(JSON.stringify(changed), target, draw);
}

function spelled(json: string, target: string, draw: Draw): string {
  return draw.pick<() => string>([
    () => json,
    () => json,
    () => json,
    () => json,
    () => json.replaceAll('$ref', '\\u0024ref'),
    () => json.replace('{', `{"$ref": ${JSON.stringify(target)}, `),
    () => json.replace(/\}$/, `, "$ref": ${JSON.stringify(target)}}`),
    () => `\ufeff${json}`,
    () => `${json}\n{"$ref": ${JSON.stringify(target)}}`,
    () => json.replaceAll('/', '\\/'),
    () => `// comment\n${json}`,
    () => json.replace(/^\{/, '{"$ref": "#", '),
    () => `[${json}]`,
  ])();
}
