import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { recogniseProvenance } from './recognise-provenance.ts';
import { recogniseSbom } from './recognise-sbom.ts';
import { spdxHead as spdx } from './testing/spdx.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const invalid = expect.objectContaining({ code: 'METADATA_INVALID' });

const cyclonedx = { bomFormat: 'CycloneDX', specVersion: '1.6' };
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a', digest: { sha256: 'ab' } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
    runDetails: { builder: { id: 'https://example.com/builder' } },
  },
};

/** Bytes of every kind: random, JSON, and a valid file with one field replaced. */
function mutated(valid: Readonly<Record<string, unknown>>) {
  const oneField = fc
    .tuple(fc.constantFrom(...Object.keys(valid)), fc.jsonValue())
    .map(([key, value]) => bytes({ ...valid, [key]: value }));
  return fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    oneField,
  );
}

describe('recogniseSbom', () => {
  it('knows SPDX 2.3 and CycloneDX 1.5 and later', () => {
    expect(recogniseSbom(bytes(spdx))).toBe('spdx');
    for (const specVersion of ['1.5', '1.6', '1.7', '1.10']) {
      expect(recogniseSbom(bytes({ ...cyclonedx, specVersion }))).toBe('cyclonedx');
    }
  });

  it.each([
    ['an older SPDX', { ...spdx, spdxVersion: 'SPDX-2.2' }],
    ['SPDX 3', { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] }],
    ['SPDX without a name', { ...spdx, name: '' }],
    ['SPDX without a creation', { ...spdx, creationInfo: {} }],
    ['SPDX of another document', { ...spdx, SPDXID: 'SPDXRef-Package' }],
    ['an older CycloneDX', { ...cyclonedx, specVersion: '1.4' }],
    ['CycloneDX 2', { ...cyclonedx, specVersion: '2.0' }],
    ['a file that is both', { ...spdx, ...cyclonedx }],
    ['a list', [spdx]],
    ['null', null],
    ['nothing of the kind', {}],
  ])('refuses %s', (_, value) => {
    expect(() => recogniseSbom(bytes(value))).toThrow(invalid);
  });

  it('refuses what is not UTF-8 JSON', () => {
    expect(() => recogniseSbom(Buffer.from('SPDXVersion: SPDX-2.3'))).toThrow(invalid);
    expect(() => recogniseSbom(Buffer.from([0xff, 0xfe]))).toThrow(invalid);
  });

  it('gives a format or a typed error for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(spdx), mutated(cyclonedx)), (content) => {
        try {
          expect(['spdx', 'cyclonedx']).toContain(recogniseSbom(content));
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});

describe('recogniseProvenance', () => {
  it('tells builder, build type and subjects', () => {
    expect(recogniseProvenance(bytes(statement))).toMatchObject({
      builderId: 'https://example.com/builder',
      buildType: 'https://example.com/build',
      subjects: [{ sha256: 'ab' }],
    });
  });

  it.each([
    ['an older statement', { ...statement, _type: 'https://in-toto.io/Statement/v0.1' }],
    ['another predicate', { ...statement, predicateType: 'https://slsa.dev/provenance/v0.2' }],
    ['a statement without subject', { ...statement, subject: [] }],
    ['a subject without digest', { ...statement, subject: [{ name: 'a', digest: {} }] }],
    ['a digest that is no text', { ...statement, subject: [{ digest: { sha256: 1 } }] }],
    ['a statement without builder', { ...statement, predicate: { ...statement.predicate, runDetails: {} } }],
    ['an envelope', { payloadType: 'application/vnd.in-toto+json', payload: '', signatures: [] }],
  ])('refuses %s', (_, value) => {
    expect(() => recogniseProvenance(bytes(value))).toThrow(invalid);
  });

  it('gives a value or a typed error for any bytes', () => {
    fc.assert(
      fc.property(mutated(statement), (content) => {
        try {
          expect(recogniseProvenance(content).subjects.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaError);
        }
      }),
    );
  });
});
