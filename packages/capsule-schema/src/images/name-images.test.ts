import { monitorEventLoopDelay } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackageKind } from '../record/release-record.ts';
import { refusal } from '../testing/refusal.ts';
import { formatImageText } from './image-text.ts';
import { ImageNameCollector, imageNamesIn, mayNameImages, type NamedImages } from './name-images.ts';
import { anImageName, aTag } from './testing/arbitrary-images.ts';

type Tree = Readonly<Record<string, string>>;

function find(tree: Tree, kind: PackageKind = 'kustomize'): Promise<NamedImages> {
  return imageNamesIn({ kind, paths: Object.keys(tree), read: (path) => Buffer.from(tree[path] ?? '') });
}

async function namesIn(tree: Tree, kind?: PackageKind): Promise<readonly string[]> {
  return (await find(tree, kind)).names.map(formatImageText);
}

const deployment = (image: string): string => `spec:\n  containers:\n    - image: ${image}\n`;

describe('imageNamesIn, for a kustomize package', () => {
  it('finds the names in manifests, each once with the first file that shows it', async () => {
    expect(await find({ 'b.yaml': deployment('nginx:1'), 'a/c.json': '{"image":"nginx:1","x":{"image":"redis"}}', 'd.yml': deployment('nginx:2') })).toEqual({
      names: [
        { name: 'nginx', tag: '1', file: 'a/c.json' },
        { name: 'nginx', tag: '2', file: 'd.yml' },
        { name: 'redis', file: 'a/c.json' },
      ],
      values: [],
    });
  });

  it('gives both names of an image that a kustomization renames', async () => {
    const tree = { 'app.yaml': deployment('podinfo:1'), 'kustomization.yaml': 'images: [{name: podinfo, newName: ghcr.io/acme/podinfo}]' };

    expect(await namesIn(tree)).toEqual(['ghcr.io/acme/podinfo:1', 'podinfo:1']);
  });

  it('follows names from base to overlay, and round in a circle', async () => {
    const tree = {
      'app.yaml': deployment('a'),
      'base/kustomization.yaml': 'images: [{name: a, newName: b}]',
      'overlay/Kustomization': 'images: [{name: b, newName: c}, {name: c, newName: a}]',
    };

    expect(await namesIn(tree)).toEqual(['a', 'b', 'c']);
  });

  it('gives no name that a kustomization renames but no manifest shows, unless a pattern may match one', async () => {
    expect(await namesIn({ 'app.yaml': deployment('a'), 'kustomization.yaml': 'images: [{name: b, newName: c}, {name: "a.*", newName: d}]' })).toEqual(['a', 'd']);
    const transformer = 'apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: x}\nimageTag: {name: a, newName: e, newTag: v1}';
    expect(await namesIn({ 'app.yaml': deployment('a'), 't.yaml': transformer })).toEqual(['a', 'e']);
  });

  it('tells tags not apart where a kustomization replaces them', async () => {
    const tree = { 'a.yaml': deployment('a:1'), 'b.yaml': deployment('a:2'), 'c.yaml': deployment('b:1'), 'kustomization.yml': 'images: [{name: a, newName: c, newTag: "3"}]' };

    expect(await namesIn(tree)).toEqual(['a', 'b:1', 'c']);
  });

  it('finds images in the patches and charts of a kustomization, though it cannot be parsed', async () => {
    expect(await namesIn({ 'kustomization.yaml': 'patches:\n- patch: |\n    image: nginx:1\nhelmCharts: [{valuesInline: {image: {repository: a, tag: "1"}}}]' })).toEqual(['a:1', 'nginx:1']);
    expect(await namesIn({ 'kustomization.yaml': 'patches:\n- patch: |\n    image: nginx:1\nx: [' })).toEqual(['nginx:1']);
  });

  it('reads no file that is not YAML, JSON or a template', async () => {
    expect(await namesIn({ 'README.md': 'image: nginx', 'a.sh': 'image: nginx' })).toEqual([]);
    expect(['a/kustomization.yaml', 'Kustomization', 'a.yml', 'a.json', '_helpers.tpl', 'README.md', 'yaml'].map(mayNameImages)).toEqual([true, true, true, true, true, false, false]);
  });
});

describe('imageNamesIn, for a chart', () => {
  const chart = {
    'Chart.yaml': 'name: app',
    'values.yaml': 'image: {repository: ghcr.io/acme/app, tag: ""}\ntests: {image: busybox:1}',
    'templates/deployment.yaml': 'image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n---\nimage: redis:7\n',
    'charts/cache/values.yaml': 'image: {registry: docker.io, repository: acme/cache, tag: "2"}',
  };

  it('finds the names in values and templates, and the paths of its own values', async () => {
    const { names, values } = await find(chart, 'helm');

    expect(names).toEqual([
      { name: 'busybox', tag: '1', file: 'values.yaml' },
      { name: 'docker.io/acme/cache', tag: '2', file: 'charts/cache/values.yaml' },
      { name: 'ghcr.io/acme/app', file: 'values.yaml' },
      { name: 'redis', tag: '7', file: 'templates/deployment.yaml' },
    ]);
    expect(values).toEqual([
      { image: { name: 'ghcr.io/acme/app' }, paths: { repository: 'image.repository', tag: 'image.tag' } },
      { image: { name: 'busybox', tag: '1' }, paths: { image: 'tests.image' } },
    ]);
  });

  it('reads values that cannot be parsed line by line, and offers no paths of them', async () => {
    expect(await find({ 'values.yaml': 'image: nginx:1\na: &a {}\nb:\n  <<: *a\n' }, 'helm')).toEqual({
      names: [{ name: 'nginx', tag: '1', file: 'values.yaml' }],
      values: [],
    });
  });
});

describe('imageNamesIn', () => {
  it('gives the same for files in any order', async () => {
    const files = fc.dictionary(fc.constantFrom('a.yaml', 'b/kustomization.yaml', 'c.json', 'values.yaml'), fc.tuple(anImageName, aTag));
    await fc.assert(fc.asyncProperty(files, async (tree) => {
      const texts = Object.entries(tree).map(([path, [name, tag]]) => [path, `image: "${name}:${tag}"\nimages: [{name: ${JSON.stringify(name)}, newName: b}]`] as const);
      expect(await find(Object.fromEntries(texts))).toEqual(await find(Object.fromEntries(texts.toReversed())));
    }));
  });

  it('refuses more than a thousand names, also those that renaming makes', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => index);
    const entries = many.map((index) => `{name: a, newName: b${index}}`);

    await expect(find({ 'a.yaml': many.map((index) => `image: a${index}\n`).join('') })).rejects.toThrow(refusal('LIMIT_EXCEEDED'));
    await expect(find({ 'a.yaml': 'image: a', 'kustomization.yaml': `images: [${entries.join(',')}]` })).rejects.toThrow(refusal('LIMIT_EXCEEDED'));
    expect(await namesIn({ 'a.yaml': many.slice(1).map((index) => `image: a${index}\n`).join('') })).toHaveLength(1000);
  });

  it('finds what stands in any part of a large file', async () => {
    const filler = `# ${'x'.repeat(1000)}\n`.repeat(1500);

    expect(await namesIn({ 'a.yaml': `image: first\n${filler}image: second\n${filler}image: third` })).toEqual(await namesIn({ 'a.yaml': 'image: first\nimage: second\nimage: third' }));
  });

  it('names the first file of several, whichever is given first', () => {
    const collector = new ImageNameCollector('kustomize');
    for (const path of ['b.yaml', 'a.yaml', 'c.yaml']) collector.add(path, Buffer.from('image: nginx'));

    expect(collector.result().names).toEqual([{ name: 'nginx', file: 'a.yaml' }]);
  });

  it('reads aliases that share one another once each', async () => {
    const shares = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]\n`).join('');
    expect(await namesIn({ 'kustomization.yaml': 'resources: []', 'values.yaml': `a0: &a0 {image: {repository: x, tag: "1"}}\n${shares}` })).toEqual(['x:1']);
  });

  it('lets others have their turn in a line without end', { timeout: 30_000 }, async () => {
    const monitor = monitorEventLoopDelay({ resolution: 5 });
    monitor.enable();
    await namesIn({ 'd.json': '{image: a,'.repeat(2_000_000) });
    monitor.disable();
    expect(monitor.max / 1e6).toBeLessThan(1000); // in one piece it was more than two seconds
  });

  it('refuses a file that no capsule holds', () => {
    const collector = new ImageNameCollector('kustomize');

    expect(() => collector.add('a.yaml', new Uint8Array(50 * 1024 * 1024 + 1))).toThrow(refusal('LIMIT_EXCEEDED'));
  });

  it('reads hostile files before long', { timeout: 30_000 }, async () => {
    for (const piece of ['[', '- ', '{a: ', '? ', '&a ', 'a: b: ', '---\n', 'image: a\n', '"image":"', '- {name: a, newName: b}\n']) {
      const text = piece.repeat(Math.floor((1024 * 1024) / piece.length));
      const started = performance.now();
      await find({ 'kustomization.yaml': `images:\n${text}`, 'values.yaml': text, 'a/values.yaml': text, 'b/values.yaml': text });
      expect(performance.now() - started).toBeLessThan(8000);
    }
  });

  it('gives names or a typed error for any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const found = await imageNamesIn({ kind: 'helm', paths: ['values.yaml', 'kustomization.yaml', 'a.tpl'], read: () => bytes });
      expect(Array.isArray(found.names)).toBe(true);
    }));
  });
});
