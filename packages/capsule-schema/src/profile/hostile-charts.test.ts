import { describe, expect, it } from 'vitest';
import { findIn, type Tree } from './testing/find-in-tree.ts';
import { packChart, type PackedFile, packFiles } from './testing/pack-chart.ts';

// Charts that Helm read otherwise than they were judged, and charts that held the judge up. Each was tried on Helm 3.22 and 4.3.

const app = 'apiVersion: v2\nname: app\nversion: 1.0.0\n';
const sub = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n';
const needsSub = `${app}dependencies: [{name: sub, version: 1.0.0}]\n`;
const url = 'http://127.0.0.1:18999/s.json';
const evil = packChart({ 'Chart.yaml': sub, 'values.schema.json': JSON.stringify({ $ref: url }) });

function typed(typeFlag: string, path: string, content: string): PackedFile {
  return { path, content, change: (header) => header.write(typeFlag, 156, 'latin1') };
}

describe('a chart that Helm would read otherwise', () => {
  it.each<[string, Tree]>([
    ['a reference that leads to a map of names, which is a schema then', { 'values.schema.json': JSON.stringify({ $ref: '#/x/properties', x: { properties: { $ref: url } } }) }],
    ['the same by a keyword that its draft does not have', { 'values.schema.json': JSON.stringify({ allOf: [{ $ref: '#/$defs' }], $defs: { $ref: 'file:///etc/x.json' } }) }],
    ['an archive that its parent hides, and that a chart in it loads', { '.helmignore': '*.tgz', 'charts/sub/Chart.yaml': sub, 'charts/sub/charts/evil.tgz': evil }],
    ['an archive that it hides itself', { '.helmignore': '*.tgz', 'charts/evil.tgz': evil }],
    ['a rule after a byte order mark, which Go does not take for a blank', { '.helmignore': '# x\n\ufeff*.tgz', 'charts/evil.tgz': evil }],
    ['two byte order marks', { '.helmignore': '\ufeff\ufeff*.tgz', 'charts/evil.tgz': evil }],
    ['a rule with a blank of Go alone', { 'Chart.yaml': needsSub, 'charts/sub/Chart.yaml': sub, '.helmignore': 'charts/sub\u0085' }],
    ['a rule with two slashes', { 'Chart.yaml': needsSub, 'charts/sub/Chart.yaml': sub, '.helmignore': '//charts/sub' }],
    ['a rule that counts bytes, and a name with a letter of three', { 'Chart.yaml': needsSub, 'charts/€/Chart.yaml': sub, '.helmignore': 'charts/*??' }],
    ['a name in requirements.yaml, which wins', { 'charts/sub/Chart.yaml': sub, 'charts/sub/requirements.yaml': 'name: other' }],
    ['dependencies in both files', { 'Chart.yaml': needsSub, 'charts/sub/Chart.yaml': sub, 'requirements.yaml': 'dependencies: [{name: sub, version: 1.0.0}]' }],
    [
      'an archive whose global header makes Go forget the path before it',
      {
        'charts/sub.tgz': packFiles([
          { path: 'sub/Chart.yaml', content: sub },
          typed('x', 'PaxHeaders', '22 path=sub/README.md\n'),
          typed('g', 'pax_global_header', '16 comment=12345\n'),
          { path: 'sub/values.schema.json', content: JSON.stringify({ $ref: url }) },
        ]),
      },
    ],
  ])('is refused for %s', async (_, files) => {
    expect(await findIn({ 'Chart.yaml': app, ...files })).not.toEqual([]);
  });

  it('is accepted in the plain form of each', async () => {
    expect(await findIn({ 'Chart.yaml': needsSub, 'charts/sub/Chart.yaml': sub, '.helmignore': '\ufeff# é\n*.md\r\n\tcharts/README*\n/docs/\n', 'charts/README.md': '' })).toEqual([]);
    expect(await findIn({ 'Chart.yaml': app, 'requirements.yaml': 'dependencies: [{name: sub, version: 1.0.0}]', 'charts/sub/Chart.yaml': sub })).toEqual([]);
  });
});

describe('a chart that is made to be slow', () => {
  it.each<[string, () => Tree]>([
    [
      'many entries of one name in its lock',
      () => ({
        'Chart.yaml': `${app}dependencies: [${'{name: sub, version: 1.0.0},'.repeat(200)}]`,
        'Chart.lock': `dependencies:\n${`- {name: sub, version: ">=9 >=9 >=9 >=9 >=9"}\n`.repeat(1800)}`,
        'charts/sub/Chart.yaml': sub,
      }),
    ],
    [
      'rules that nearly match every name',
      () => ({
        'Chart.yaml': app,
        '.helmignore': `*${'a'.repeat(90)}b*\n`.repeat(120),
        ...Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`templates/${'a'.repeat(190)}${n}`, ''])),
      }),
    ],
    ['extended headers of a million records', () => ({ 'Chart.yaml': app, 'charts/x.tgz': packFiles([typed('x', 'x', '12 comment=\n'.repeat(1_000_000)), { path: 'x/Chart.yaml', content: sub }]) })],
    ['keys that grow when they are folded', () => ({ 'Chart.yaml': `${app}${Array.from({ length: 7000 }, (_, n) => `${'\ufdfa'.repeat(8)}${n}: a`).join('\n')}` })],
  ])('is judged before long with %s', { timeout: 20_000 }, async (_, tree) => {
    const files = tree();
    const started = performance.now();

    await findIn(files);

    expect(performance.now() - started).toBeLessThan(4000); // 12,000 and more before there was a bound; some 400 now
  });
});
