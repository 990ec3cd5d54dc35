import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Inspection } from '../../packages/cli/src/inspect/inspect-capsule.ts';
import { inspectionPage } from '../../packages/cli/src/page/inspection-page.ts';
import { readPage } from './read-page.ts';
import { Workbench } from './workbench.ts';

// What the page must not have: controls, marks that turn or hide text, other blanks than ours, half characters and those that are none.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?! )\p{Zs}/u;
const tricks = [
  '<', '>', '&', '"', "'", '`', '=', '/', ' ', '\n', '\r', '\t', '\0', '\u001B[2J', '\u202E', '\u2066', '\u200B', '\uFEFF', '\u2028', '\u00A0', '\uD800', '\uDC00', '\uFFFE', '\u{10FFFF}',
  '<!--', '-->', '<![CDATA[', ']]>', '<?', '<script>', '</script>', '<style>', '</style>', '</title>', '</pre>', '</code>', '</dd></dl>', '</details>', '<plaintext>',
  '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<base href=//example.com>', '<meta http-equiv=refresh content=0>', '<a href="javascript:alert(1)">',
  '&lt;', '&#60;', '&#x3c;', '&amp;', '&quot', '&#0;', 'https://example.com/', 'javascript:', '\\u{202e}', 'אבג', '😀', 'e\u0301',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...tricks), { maxLength: 6 }).map((parts) => parts.join('')),
);

const sample: Inspection = {
  digest: 'sha256:1',
  created: 'created',
  manifestBytes: 5,
  layer: { digest: 'sha256:2', size: 7 },
  release: {
    schemaVersion: 'release-capsule/v1',
    name: 'name',
    gitCommit: 'commit',
    image: { repoURL: 'image', tag: 'tag', digest: 'sha256:3', names: [{ name: 'a', tag: 'b' }], values: { repository: 'c', tag: 'd' } },
    images: [{ repoURL: 'other', digest: 'sha256:4', tag: 'e' }],
    package: { kind: 'kustomize', path: 'package', digest: 'sha256:5' },
    metadata: { provenancePath: 'f', sbomPath: 'g', sourceProofPath: 'h' },
    source: {
      repoURL: 'source',
      path: 'path',
      tree: 'tree',
      include: ['i'],
      exclude: ['j'],
      dereferenced: [{ path: 'k', target: 'l' }],
      additions: [{ path: 'm', sha256: 'n', reason: 'o' }],
    },
    annotations: { label: 'value' },
  },
  files: [{ path: 'one', size: 1, executable: false, sha256: 'p' }, { path: 'folder/two', size: 2, executable: true, sha256: 'q' }],
  attached: [
    { kind: 'signature', digest: 'r', artifactType: 's', predicateType: 't', place: 'layout', signing: { signer: { kind: 'key' }, signedAt: ['u'], logged: ['v'] } },
    {
      kind: 'attestation',
      digest: 'w',
      artifactType: 'x',
      predicateType: 'y',
      signing: { signer: { kind: 'certificate', identity: 'z', issuer: 'aa', repository: 'bb' }, signedAt: ['cc'], logged: ['dd'] },
    },
    { kind: 'attestation', digest: 'ee', artifactType: 'ff', signing: { signer: { kind: 'unreadable certificate' }, signedAt: [], logged: [] } },
    { kind: 'other', digest: 'gg', artifactType: 'hh' },
    { kind: 'unreadable', digest: 'ii', artifactType: 'jj', place: 'legacy-tag' },
  ],
  policies: [{ signer: 'kk', policy: 'first: line\nsecond: line\n' }],
};
const ours = ['kind', 'place']; // words of our own, which decide what is shown; no text of others comes there

/** Changes every text of others in an inspection, the labels of annotations too. */
function changeTexts<T>(value: T, change: (text: string) => string): T {
  return changed(value, change) as T;
}

function changed(value: unknown, change: (text: string) => string, key = ''): unknown {
  if (typeof value === 'string') return ours.includes(key) ? value : change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => changed(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const isForeign = key === 'annotations';
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [isForeign ? change(name) : name, changed(item, change, name)]));
}

function textsOf(value: unknown): readonly string[] {
  const texts: string[] = [];
  changed(value, (found) => (texts.push(found), found));
  return texts;
}

/** Letters and figures that stand for a text: another for each, and with a slash where that has one. */
function harmless(hostile: string): string {
  return hostile.split('/').map((part) => Buffer.from(part, 'utf16le').toString('hex').replaceAll('20', 'g')).join('/');
}

function asShown(hostile: string): string {
  const all = new RegExp(unseen.source, 'gu');
  return hostile.toWellFormed().replace(all, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

const fields = textsOf(sample).length;

describe('the page of a capsule', () => {
  test('keeps arbitrary text in every field as text: the page has the same elements and attributes as with harmless words', () => {
    fc.assert(fc.property(fc.array(text, { minLength: fields, maxLength: fields }), (texts) => {
      const left = [...texts];
      const inspection = changeTexts(sample, () => left.shift() ?? '');
      const page = readPage(inspectionPage(texts[0] ?? '', inspection));
      const plain = readPage(inspectionPage('reference', changeTexts(inspection, harmless)));

      expect(page.problems).toEqual([]);
      expect(page.shape).toBe(plain.shape);
      expect([page.styles, page.policy, page.links]).toEqual([plain.styles, plain.policy, plain.links]);
    }));
  });

  test('shows arbitrary text as it is, with characters that are not seen written out', () => {
    fc.assert(fc.property(text, text, (hostile, label) => {
      const release = { ...sample.release, gitCommit: hostile, annotations: { [label]: hostile } };
      const html = inspectionPage(hostile, { ...sample, release, files: [{ ...sample.files[0], path: hostile.replaceAll('/', '') }] as Inspection['files'] });
      const { pieces } = readPage(html);

      expect(html.replaceAll('\n', '')).not.toMatch(unseen);
      for (const shown of [hostile, label, hostile.replaceAll('/', '')].filter((found) => found !== '')) expect(pieces).toContain(asShown(shown));
    }));
  });

  test.each(tricks)('is not broken out of with %j in every field', (trick) => {
    const page = readPage(inspectionPage(trick, changeTexts(sample, (word) => `${word}${trick}`)));
    const plain = readPage(inspectionPage('reference', changeTexts(sample, (word) => `${word}${harmless(trick)}`)));

    expect(page.problems).toEqual([]);
    expect(page.shape).toBe(plain.shape);
  });

  test('says that a list of attached things that is full may not be all', () => {
    const one = { kind: 'other', digest: 'a', artifactType: 'b' } as const;
    const pageOf = (count: number): string => readPage(inspectionPage('c', { ...sample, attached: Array.from({ length: count }, () => one) })).text;

    expect(pageOf(99)).not.toContain('More may be attached');
    expect(pageOf(100)).toContain('The list ends after 100. More may be attached.');
    expect(pageOf(99)).toContain('Nothing that is attached names a signer.');
  });
});

test('inspect --html writes a real capsule with hostile names as a page whose text is text', async () => {
  const name = "<img src=x onerror='alert(1)'>&amp;.yaml";
  using bench = new Workbench();
  bench.commit({ [`k8s/base/${name}`]: 'a: b\n' });
  await bench.release('oci:capsules', '--annotation', 'signed by</code><script>=</style><script>alert(1)</script>');
  await bench.json(['inspect', `oci:capsules:${bench.tag}`, '--html', 'page.html']);

  const page = readPage(bench.read('page.html'));

  expect(page.problems).toEqual([]);
  expect(page.pieces).toEqual(expect.arrayContaining([name, 'signed by</code><script>', '</style><script>alert(1)</script>']));
});
