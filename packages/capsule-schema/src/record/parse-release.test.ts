import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { encodeConfig } from '../manifest/encode-manifest.ts';
import { releaseRecords } from '../testing/arbitraries.ts';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { formatRelease } from './format-release.ts';
import { parseReleaseConfig, parseReleaseRecord, parseReleaseYaml } from './parse-release.ts';

const text = Buffer.from(formatRelease(exampleRecord())).toString();

function parse(yaml: string | Uint8Array): unknown {
  return parseReleaseYaml(Buffer.from(yaml));
}

describe('parseReleaseYaml', () => {
  it.each([
    ['an unknown key', `${text}more: "x"\n`],
    ['an unknown key further down', text.replace('  kind:', '  more: "x"\n  kind:')],
    ['a key of a prototype', `${text}__proto__: {}\n`],
    ['a commit that is a number', text.replace(/gitCommit: .*/, `gitCommit: ${'1'.repeat(40)}`)],
    ['a text that is null', text.replace('name: "app"', 'name:')],
    ['an annotation that is a boolean', text.replace('team: "payments"', 'team: true')],
    ['another version', text.replace('release-capsule/v1', 'release-capsule/v2')],
    ['a list', '- a\n'],
    ['a text', '"a"\n'],
    ['null', 'null\n'],
  ])('refuses %s', (_what, yaml) => {
    expect(yaml).not.toBe(text);
    expect(() => parse(yaml)).toThrow(refusal('RECORD_INVALID'));
  });

  it.each([
    ['a duplicate key', `${text}name: "app"\n`],
    ['an anchor', text.replace('"app"', '&a "app"')],
    ['an alias', text.replace('name: "app"', 'name: &a "app"').replace('"payments"', '*a')],
    ['a tag', text.replace('name: "app"', 'name: !!str "app"')],
    ['a directive', `%YAML 1.2\n---\n${text}`],
    ['a second document', `${text}---\n${text}`],
    ['deep nesting', text.replace('"payments"', '['.repeat(60_000))],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from(text), Buffer.of(0x23, 0xff)])],
  ])('refuses %s as YAML', (_what, yaml) => {
    expect(() => parse(yaml)).toThrow(refusal('YAML_INVALID'));
  });

  it.each([
    ['single quotes', text.replace('"app"', "'app'")],
    ['no quotes', text.replace('"app"', 'app')],
    ['a quoted key', text.replace('name:', '"name":')],
    ['keys in another order', text.replace('name: "app"\n', '').replace('schemaVersion', 'name: "app"\nschemaVersion')],
    ['a comment', text.replace('"app"', '"app" # reviewed')],
    ['another indent', text.replace('annotations:\n  team', 'annotations:\n    team')],
    ['flow style', text.replace('annotations:\n  team: "payments"', 'annotations: { team: "payments" }')],
    ['an escape where none is needed', text.replace('"app"', '"\\u0061pp"')],
    ['a document marker', `---\n${text}`],
    ['an end marker', `${text}...\n`],
    ['a byte order mark', `\ufeff${text}`],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['a blank line at the end', `${text}\n`],
    ['no line end', text.slice(0, -1)],
    ['a blank at the end of a line', text.replace('"app"\n', '"app" \n')],
    ['JSON', JSON.stringify(exampleRecord())],
  ])('refuses the same record with %s', (_what, yaml) => {
    expect(yaml).not.toBe(text);
    expect(() => parse(yaml)).toThrow(refusal('RECORD_NOT_CANONICAL'));
  });

  it('refuses more than 64 KiB, however valid', () => {
    const annotations = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index}`, 'x'.repeat(8000)]));
    const record = exampleRecord({ annotations });
    expect(() => parse(formatRelease(record))).toThrow(refusal('RECORD_TOO_LARGE'));
    expect(parseReleaseYaml(formatRelease(record), 100_000)).toEqual(record);
    expect(() => parseReleaseConfig(encodeConfig(record))).toThrow(refusal('LIMIT_EXCEEDED'));
  });

  it('refuses each changed byte, or reads another record', () => {
    const bytes = Buffer.from(text);
    for (let offset = 0; offset < bytes.byteLength; offset += 1) {
      const original = bytes.readUInt8(offset);
      for (const flip of [0x01, 0x04, 0x20, 0x80]) {
        bytes.writeUInt8(original ^ flip, offset);
        try {
          expect(parseReleaseYaml(bytes)).not.toEqual(exampleRecord());
        } catch (error) {
          if (!(error instanceof SchemaError)) throw error;
        }
      }
      bytes.writeUInt8(original, offset);
    }
  });

  it('gives a typed error for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array()), (input) => {
        expect(() => parse(typeof input === 'string' ? input : Buffer.from(input))).toThrow(SchemaError);
      }),
    );
  });
});

describe('parseReleaseConfig', () => {
  it('reads the config of any record', () => {
    fc.assert(
      fc.property(releaseRecords, (record) => {
        expect(parseReleaseConfig(encodeConfig(record))).toEqual(record);
      }),
    );
  });

  it('refuses JSON that is not canonical', () => {
    const pretty = Buffer.from(JSON.stringify(exampleRecord(), undefined, 2));
    expect(() => parseReleaseConfig(pretty)).toThrow(refusal('JSON_INVALID'));
  });
});

describe('parseReleaseRecord', () => {
  it.each([undefined, null, 0, '', [], new Map(), () => 0])('refuses %j', (value) => {
    expect(() => parseReleaseRecord(value)).toThrow(refusal('RECORD_INVALID'));
  });

  it('says where and what, five defects at most', () => {
    expect(() => parseReleaseRecord({ ...exampleRecord(), name: 'App', more: 1 })).toThrow(/; name is "App", wanted text of the form /);
    expect(() => parseReleaseRecord({})).toThrow(/; and \d+ more$/);
  });

  it('does not let a key of the data control the terminal that its message is printed on', () => {
    const annotations = { '\x1b[2J': 1 };
    expect(() => parseReleaseRecord({ ...exampleRecord(), annotations })).toThrow(/^[\x20-\x7e]*$/);
  });

  // A pattern that tries each way to cut a text into pieces takes for ever on these.
  it.each([
    ['source.repoURL', (evil: string) => ({ source: { ...exampleRecord().source, repoURL: `https://h${evil}@` } })],
    ['images', (evil: string) => ({ images: [{ repoURL: `h${evil}!`, digest: 'x' }] })],
    ['image.names', (evil: string) => ({ image: { ...exampleRecord().image, names: [{ name: `${evil}!` }] } })],
    ['image.values', (evil: string) => ({ image: { ...exampleRecord().image, values: { image: `${evil}!` } } })],
    ['name', (evil: string) => ({ name: `${evil}!` })],
    ['gitCommit', (evil: string) => ({ gitCommit: `${evil}!` })],
  ])('answers on a crafted %s before long', (_what, craft) => {
    for (const piece of ['/a', '/', 'a', '-', '_', '__', '.', 'a-', 'a_', '/a-']) {
      expect(() => parseReleaseRecord({ ...exampleRecord(), ...craft(piece.repeat(500)) })).toThrow(SchemaError);
    }
  }, 5000);
});
