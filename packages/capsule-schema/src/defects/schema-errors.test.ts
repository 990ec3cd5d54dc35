import { validate } from '#generated/release';
import { describe, expect, it } from 'vitest';
import { exampleRecord } from '../testing/records.ts';
import { describeSchemaErrors } from './schema-errors.ts';

const knownKeys = ['name', 'source', 'include', 'exclude'];
const described = (data: unknown): string => {
  validate(data);
  return describeSchemaErrors(data, validate.errors, knownKeys);
};
const record = (more: object): object => ({ ...exampleRecord(), ...more });

describe('describeSchemaErrors', () => {
  it('says what is missing, and where', () => {
    const { name: _, ...nameless } = exampleRecord();
    expect(described(nameless)).toBe('the document lacks "name"');
    expect(described(record({ package: { path: 'package/helm', digest: `sha256:${'0'.repeat(64)}` } }))).toContain(
      'package lacks "kind"',
    );
  });

  it('offers the key that was probably meant', () => {
    expect(described(record({ soucre: 1 }))).toBe('the document has the unknown key "soucre" (did you mean "source"?)');
  });

  it('says what was got and what was wanted', () => {
    expect(described(record({ name: 7 }))).toBe('name is 7, wanted a value of type string');
    expect(described(record({ images: { a: 1 } }))).toBe('images is a mapping, wanted a value of type array');
  });

  it('names the keys of which exactly one is wanted', () => {
    const inside = { keyword: 'required', params: { missingProperty: 'key' }, schemaPath: '#/$defs/signer/oneOf/0/required' };
    const other = { ...inside, params: { missingProperty: 'keyless' }, schemaPath: '#/$defs/signer/oneOf/1/required' };
    const outside = { keyword: 'oneOf', params: { passingSchemas: null }, schemaPath: '#/$defs/signer/oneOf' };
    const violations = [inside, other, outside].map((violation) => ({ ...violation, instancePath: '/signers/0' }));

    expect(describeSchemaErrors({ signers: [{}] }, violations)).toBe('signers[0] must have exactly one of "key" or "keyless"');
    expect(describeSchemaErrors({ signers: [{}] }, violations.slice(2))).toBe('signers[0] has keys that exclude each other: keep one of them');
  });

  it('shows a few defects and counts the others', () => {
    expect(described(record({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }))).toMatch(/; and 2 more$/);
  });

  it('repeats no text of a document that may be any file, given by mistake', () => {
    expect(described('a private key')).not.toContain('private');
  });

  it('repeats no character that a terminal would obey', () => {
    expect(described(record({ 'a\u001b[2J': 1, '\u202ename': 1 }))).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
