import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseAnyYaml } from 'yaml';
import { releaseRecords } from '../testing/arbitraries.ts';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { formatRelease } from './format-release.ts';
import { parseReleaseYaml } from './parse-release.ts';

function format(annotations: Record<string, string>): string {
  return Buffer.from(formatRelease(exampleRecord({ annotations }))).toString();
}

function annotationsOf(annotations: Record<string, string>): string {
  return format(annotations).split('\nannotations:', 2)[1] ?? '';
}

const hasPyYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0;

const readByPyYaml = `
import json, sys, yaml
print(json.dumps([yaml.safe_load(text.encode('utf-8')) for text in json.load(sys.stdin)]))
`;

describe('formatRelease', () => {
  it('writes this text for the record of docs/format.md', () => {
    const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
    expect(Buffer.from(formatRelease(exampleRecord())).toString()).toBe(`schemaVersion: "release-capsule/v1"
name: "app"
gitCommit: "0cc4cd87f40ae606d1822d5652b552f8c50a4668"
image:
  repoURL: "ghcr.io/example/app"
  tag: "git-0cc4cd87f40ae606d1822d5652b552f8c50a4668"
  digest: "${digest('1')}"
  names:
    - name: "app"
images:
  - repoURL: "docker.io/library/redis"
    digest: "${digest('2')}"
    tag: "7.4"
    names:
      - name: "redis"
        tag: "7.4"
package:
  kind: "kustomize"
  path: "package/kustomize"
  digest: "${digest('3')}"
metadata:
  provenancePath: "metadata/provenance.json"
  sbomPath: "metadata/sbom.json"
  sourceProofPath: "metadata/source-proof.json"
source:
  repoURL: "https://github.com/example/app"
  path: "k8s/kustomize"
  tree: "${'a'.repeat(40)}"
  include:
    - "base/**"
  exclude: []
  dereferenced:
    - path: "base/link.yaml"
      target: "../shared/real.yaml"
  additions:
    - path: "charts/redis.tgz"
      sha256: "${'b'.repeat(64)}"
      reason: "vendored"
annotations:
  team: "payments"
`);
  });

  it('writes empty lists and mappings in their place', () => {
    expect(annotationsOf({})).toBe(' {}\n');
  });

  it('is read back by its own parser', () => {
    fc.assert(
      fc.property(releaseRecords, (record) => {
        expect(parseReleaseYaml(formatRelease(record))).toEqual(record);
      }),
    );
  });

  it('is read alike by YAML 1.1 and 1.2', () => {
    fc.assert(
      fc.property(releaseRecords, (record) => {
        const text = Buffer.from(formatRelease(record)).toString();
        expect(parseAnyYaml(text, { version: '1.1' })).toEqual(record);
        expect(parseAnyYaml(text, { version: '1.2' })).toEqual(record);
      }),
    );
  });

  it.skipIf(!hasPyYaml)('is read alike by PyYAML', () => {
    const records = fc.sample(releaseRecords, 300);
    const input = JSON.stringify(records.map((record) => Buffer.from(formatRelease(record)).toString()));
    const { stdout, stderr } = spawnSync('python3', ['-c', readByPyYaml], { input, maxBuffer: 64 * 1024 * 1024 });
    expect(stderr.toString()).toBe('');
    expect(JSON.parse(stdout.toString())).toEqual(records);
  });

  it('does not depend on the order in which the record was put together', () => {
    const record = exampleRecord({ annotations: { b: '1', a: '2' } });
    const shuffled = { ...Object.fromEntries(Object.entries(record).toReversed()), annotations: { a: '2', b: '1' } };
    expect(formatRelease({ ...record, ...shuffled })).toEqual(formatRelease(record));
  });

  it('sorts annotations by UTF-16 code units, those that are numbers too', () => {
    const text = annotationsOf({ '10': 'a', '9': 'b', b: 'c', B: 'd', '\uffee': 'e', '\u{10348}': 'f' });
    const keys = [...text.matchAll(/^ {2}"?([^":]+)/gm)].map(([, key]) => key);
    expect(keys).toEqual(['10', '9', 'B', 'b', '\u{10348}', '\uffee']);
  });

  it.each(['null', 'Null', 'TRUE', 'false', 'yes', 'NO', 'on', 'Off', 'y', 'N', '1', 'a-b', 'a.b', '', ' ', '<<', '='])(
    'quotes the key %j, which some reader takes for something else',
    (key) => {
      expect(annotationsOf({ [key]: 'x' })).toBe(`\n  ${JSON.stringify(key)}: "x"\n`);
    },
  );

  it.each([
    ['a quote and a backslash', '"\\', '\\"\\\\'],
    ['control characters', '\0\t\n\r\x1b\x7f', '\\u0000\\u0009\\u000A\\u000D\\u001B\\u007F'],
    ['the line ends of YAML 1.1', '\u0085\u2028\u2029', '\\u0085\\u2028\\u2029'],
    ['what reorders text', '\u202e\u2066', '\\u202E\\u2066'],
    ['what is not seen', '\u00ad\u200b\ufeff\u{e0041}', '\\u00AD\\u200B\\uFEFF\\U000E0041'],
    ['private use and noncharacters', '\ue000\ufffe\u{10ffff}', '\\uE000\\uFFFE\\U0010FFFF'],
    ['letters of any script as they are', 'é ß 日本 \u{1f4e6}', 'é ß 日本 \u{1f4e6}'],
    // Assigned in Unicode 16 and 17: older Nodes do not know them, and must write the same bytes.
    ['characters of a newer Unicode as they are', '\u1c89\ua7ce\u{10ec2}\u{323b0}', '\u1c89\ua7ce\u{10ec2}\u{323b0}'],
    ['characters of no Unicode yet as they are', '\u0378\u{5ffff}', '\u0378\u{5ffff}'],
  ])('writes %s', (_what, text, written) => {
    expect(annotationsOf({ a: text })).toBe(`\n  a: "${written}"\n`);
  });

  it('refuses a lone surrogate, which UTF-8 cannot hold', () => {
    expect(() => format({ a: '\ud800' })).toThrow(refusal('RECORD_INVALID'));
  });

  it('writes the longest keys and values that the schema takes so that every reader ends them', () => {
    const annotations = { ['\u{10ffff}'.repeat(100)]: '\u{10ffff}'.repeat(5000) };
    const record = exampleRecord({ annotations });
    expect(parseReleaseYaml(formatRelease(record))).toEqual(record);
  });
});
