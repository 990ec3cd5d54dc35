import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { layoutDefect } from './layout-defect.ts';
import { findIn } from './testing/find-in-tree.ts';

function judge(text: string): string | undefined {
  const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [document] = Array.isArray(documents) ? documents : [];
  return document === undefined ? undefined : layoutDefect(document, text);
}

it.each([
  'resources:\n- a\n- b\nx:\n  - c: |\n      t\n    d: e\n',
  '- - a\n  - b\n- c: {d: e, f: g}\n- [a,\n   b]\n',
  'a:\n  # c\n  - x\n#d\n  - y: |-\n      q\n\n      r\n    z: >\n      w\n',
  'a: b\n  c\nd: "e f"\n',
  '-\n  a: b\n- # comment\n  c: d\n- &x\n  e: f\n',
  '{"a\\"": \'b\'\'c\', d: "\\\\", e: null, f: {}, g: ""}',
  '{"a": {"b": ["c",\n\n "d"]}}',
  'a: &x\n  b: c\n\r\nd: e',
  'a: |+ # 2\n  2\nb: >-\n  1\n',
])('takes a text that every reader lays out alike: %j', (text) => expect(judge(text)).toBeUndefined());

// Each was read otherwise by go-yaml than by the library: what is a text to one is a field to the other.
it.each([
  ['a block text whose lines are fields to Go', 'a:\n- name: x\n  behavior:\n#c\n    |\n  files: [h=/etc/hostname]\n'],
  ['a plain text whose lines are entries to Go', 'l:\n  -\n#c\n    t\n  -\n    u\n'],
  ['a line break that is escaped before an empty line', 'a: "z\\\n\n  w"\n'],
  ['a quoted text of several lines', "a: 'b\n  c'\n"],
  ['a value on a line of its own', 'a:\n  text\n'],
  ['a quoted text that ends with an escaped quote', 'a:\n  b: "\\"\n#"\n'],
  ['a quoted text that ends with two quotes', "a:\n  b: 'c''\n#'\n"],
  ['a block text that says its indentation', 'a: |1\n  b\n  \n'],
  ['a block text that says its indentation after another sign', '- &x >-2\n    b\n'],
  ['a key without a value in braces', '{a: b, c}\n'],
  ['a key with nothing after its colon in braces', '[{a:, b: c}]\n'],
  ['a quoted key of several lines', '{"a\n b": c}\n'],
  ['a plain text of several lines in brackets', '[a\n b]\n'],
  ['what is nested without end', `${'- '.repeat(200)}a`],
])('finds %s', (_, text) => expect(judge(text)).toBeDefined());

it('takes what a library writes, but for quoted texts of several lines', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(judge(stringify(value, { lineWidth: 0, doubleQuotedMinMultiLineLength: 1_000_000 }))).toBeUndefined();
    }),
  );
});

it('keeps a reference from hiding in an inline plugin and in a kustomization', async () => {
  const inline =
    'generators:\n- "apiVersion: builtin\\nkind: ConfigMapGenerator\\nmetadata:\\n  name: a\\nname: a\\n#\\\n\n  files: [h=/etc/hostname]\\n"\n';
  const plain = 'configMapGenerator:\n- name: a\n  behavior:\n#c\n    |\n  files: [h=/etc/hostname]\n';

  for (const text of [inline, plain]) expect(await findIn({ 'kustomization.yaml': text })).not.toEqual([]);
});

it('keeps a value from standing there for the judge alone', async () => {
  // To go-yaml all of it, from the first quote to the last, is one text.
  const plugin = 'apiVersion: builtin\nkind: ValueAddTransformer\nmetadata:\n  annotations:\n    a: "\\"\n#\nvalue: x\n#"\n';

  expect(await findIn({ 'kustomization.yaml': 'transformers: [t.yaml]', 't.yaml': plugin })).not.toEqual([]);
});
