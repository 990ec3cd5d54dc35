import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configKeys, parseCapsuleConfig } from './capsule-config.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../schema/capsule-config.schema.json', import.meta.url), 'utf8'),
);
interface RecordSchema {
  readonly $defs: { readonly imageNames: unknown; readonly imageValues: unknown };
}
const record = JSON.parse(
  readFileSync(new URL('../../../capsule-schema/schema/release.schema.json', import.meta.url), 'utf8'),
) as RecordSchema;
const text = 'apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: {from: k8s}\n';

describe('parseCapsuleConfig', () => {
  it('knows every key of the schema, to offer it for a mistyped one', () => {
    expect([...configKeys].sort()).toEqual([...new Set(propertiesOf([schema, record.$defs.imageNames, record.$defs.imageValues]))].sort());
    expect(() => parseCapsuleConfig(Buffer.from(`${text}imgae: {}\n`))).toThrow(/"imgae" \(did you mean "image"\?\)/);
  });

  it('says what was got and what was wanted', () => {
    expect(() => parseCapsuleConfig(Buffer.from(text.replace('app', '7')))).toThrow(
      'name is 7, wanted a value of type string',
    );
  });
});

/** Lists the keys of all objects that a JSON Schema describes. */
function propertiesOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const names = key === 'properties' && typeof inner === 'object' && inner !== null ? Object.keys(inner) : [];
    return [...names, ...propertiesOf(inner)];
  });
}
