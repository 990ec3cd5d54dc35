import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareReadings } from './yaml-readers/compare-readings.ts';
import type { DrawnText } from './yaml-readers/draw-document.ts';
import { compareReaders, describeFinding, describeTally } from './yaml-readers/experiment.ts';
import { GoReaders } from './yaml-readers/go-readers.ts';
import { readAsJudged, readUnjudged } from './yaml-readers/read-as-judged.ts';

const seed = Number(process.env.CAPSULE_EXPERIMENT_SEED ?? 20261201);
const texts = Number(process.env.CAPSULE_EXPERIMENT_TEXTS ?? 30_000);

let readers: GoReaders;

beforeAll(() => {
  readers = new GoReaders();
});

afterAll(() => readers[Symbol.asyncDispose]());

describe('what is accepted as self-contained', () => {
  test('is read by kustomize and Helm as it was judged', { timeout: 300_000 }, async () => {
    const tally = await compareReaders(readers, { seed, texts });
    process.stdout.write(`seed ${seed}: ${describeTally(tally)}\n`);

    expect(tally.findings.slice(0, 5).map(describeFinding).join('\n\n')).toBe('');
    // An experiment that accepts little, or that Go does not read, would show nothing.
    expect(tally.drawn).toBe(texts);
    expect(tally.accepted / tally.drawn).toBeGreaterThan(0.2);
    expect(tally.compared / (2 * tally.accepted)).toBeGreaterThan(0.9);
  });
});

/** Texts that the library reads otherwise than Go, which attacks found: each hides a field from a judge that takes them. */
const differentials: readonly (readonly [string, DrawnText])[] = [
  [
    'a line break that is escaped before an empty line',
    kustomization('generators:\n- "apiVersion: builtin\\nkind: ConfigMapGenerator\\n#\\\n\n  files: [h=/etc/hostname]\\n"\n'),
  ],
  [
    'a comment that stands left of a block text',
    kustomization('configMapGenerator:\n- name: a\n  behavior:\n#c\n    |\n  files: [h=/etc/hostname]\n'),
  ],
  ['a comment that stands left of a plain text', kustomization('resources:\n  -\n#c\n    a\n  -\n    b\n')],
  ['an escaped quote at the end of a line', kustomization('commonLabels:\n  a: "\\"\n#"\n')],
  ['a key without a value in braces', kustomization('{commonLabels: {a}}\n')],
  ['a folded text with a line that stands right of the others', kustomization('nameSuffix: >\n  a\n   b\n')],
  ['a block text that ends in empty lines', kustomization('nameSuffix: |+\n  a\n\n#\n')],
  ['a block text that ends in blanks', kustomization('nameSuffix: |1\n  a\n  ')],
  ['a folded text that begins with a blank', kustomization('nameSuffix: >2\n     a\n  b\n\n  c\n')],
];

describe('the experiment would notice', () => {
  test.each(differentials)('%s, which is refused', async (_, drawn) => {
    const [go = {}] = await readers.read([drawn.text]);
    const accepted = await readAsJudged(drawn);

    expect(compareReadings(readUnjudged(drawn), go)).not.toEqual([]);
    expect(accepted).toBeUndefined();
  });

  test('a block text at the end of a file without a line break, which is read as Go does', async () => {
    const drawn = kustomization('nameSuffix: |\n  a');
    const [go = {}] = await readers.read([drawn.text]);

    expect(compareReadings(readUnjudged(drawn), go)).not.toEqual([]);
    expect(compareReadings((await readAsJudged(drawn)) ?? [], go)).toEqual([]);
  });

  test('nothing in a text that all read alike', async () => {
    const drawn = kustomization('# c\nresources:\n- a.yaml # d\nnamePrefix: |-\n  x\n\n  y\nlabels: [{pairs: {a: "b"}}]\n');
    const [go = {}] = await readers.read([drawn.text]);
    const accepted = await readAsJudged(drawn);

    expect(compareReadings(accepted ?? [], go)).toEqual([]);
    expect(accepted).toHaveLength(1);
    expect(go).toMatchObject({ first: { namePrefix: 'x\n\ny' }, documents: [{ resources: ['a.yaml'] }] });
  });
});

function kustomization(text: string): DrawnText {
  return { kind: 'kustomization', text };
}
