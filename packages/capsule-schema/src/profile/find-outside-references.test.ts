import { monitorEventLoopDelay } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOutsideReferences } from './find-outside-references.ts';
import { kustomizationNames } from './reference-files.ts';
import { findIn, type Tree } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';

describe('findOutsideReferences', () => {
  it('gives the same findings for any order of the paths', async () => {
    const tree: Tree = {
      [root]: 'resources: [a, b]',
      'é/kustomization.yaml': '',
      'b/kustomization.yaml': 'resources: [x]',
    };

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(tree), { minLength: 3 }), async (paths) => {
        const found = await findOutsideReferences({
          paths,
          read: (path) => Buffer.from(tree[path] ?? ''),
        });
        expect(found).toEqual(await findIn(tree));
      }),
    );
  });

  it('never takes a reference that resolves outside for one that is inside', async () => {
    const segment = fc.constantFrom('..', '.', 'a', 'b', '');
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 8 }), async (segments) => {
        const reference = segments.join('/');
        const base = '/one/two/package/a/b';
        const absolute = new URL(`file://${base}/${reference}/`).pathname.replace(/\/+/g, '/');
        const outside = reference.startsWith('/') || !absolute.startsWith('/one/two/package/');
        const there = ['', 'a/', 'b/', 'a/a/', 'a/b/a/', 'a/b/b/', 'a/b/a/b/'].map((place) => [`${place}kustomization.yaml`, 'kind: Kustomization']);
        const found = await findIn({ ...Object.fromEntries(there), 'a/b/kustomization.yaml': JSON.stringify({ resources: [reference] }) });
        const refused = found.some(({ reason }) => reason === 'escapes' || reason === 'spelling');
        if (outside) expect(refused).toBe(true);
      }),
    );
  });

  it('ends with findings for any bytes in any kustomization', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .string({
          unit: fc.constantFrom(
            'resources',
            'generators',
            ': ',
            '\n',
            '- ',
            '[',
            ']',
            '{',
            '}',
            '&a ',
            '*a',
            '!!',
            '|',
            '  ',
            '"',
            '#',
            '\t',
            '?',
            ',',
            'a',
          ),
        })
        .map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(`{"helmCharts":${text},"generators":[${text}],"patches":${text}}`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kustomizationNames), bytes, async (name, content) => {
        const found = await findOutsideReferences({ paths: [name], read: () => content });
        expect(Array.isArray(found)).toBe(true);
      }),
    );
  });

  it('reports at most a thousand findings, and stays quick, for a package made to be slow', async () => {
    const list = 'generators: [d]\n';
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, n) => [`k${n}/kustomization.yaml`, 'generators: [../d]']),
    );
    const tree = {
      ...many,
      [root]: list,
      'd/kustomization.yaml': `resources: [${'g.yaml,'.repeat(20_000)}]`,
      'd/g.yaml': 'apiVersion: x/v1\nkind: Y',
    };

    const found = await findIn(tree);

    expect(found.length).toBeLessThanOrEqual(1000);
    expect(found.length).toBeGreaterThan(0);
  }, 15_000);

  it('takes a kustomization with two thousand resources', async () => {
    const names = Array.from({ length: 2000 }, (_, n) => `manifests/resource-${n}.yaml`);
    const tree = Object.fromEntries(names.map((name) => [name, '']));

    expect(await findIn({ ...tree, [root]: `resources:\n${names.map((name) => `- ${name}\n`).join('')}` })).toEqual([]);
  });

  it('lets the event loop go on, whatever the package holds', async () => {
    const hostile = [',', '[,', '- ', '? ', '&a ', '!a ', '"" ', ']', '{]', '*a ', '%a\n', '---\n', '"\\q', '&a [*a,'];
    const texts = hostile.map((piece) => piece.repeat((256 * 1024) / piece.length).slice(0, 256 * 1024));
    const merges = Array.from({ length: 40 }, (_, n) => `    a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}]}\n`).join('');
    texts.push(`helmCharts:\n- name: c\n  valuesInline:\n    a0: &a0 {a: b}\n${merges}commonLabels: *a40\n`, 'commonLabels: &a {<<: *a, b: c}\n');
    const named = texts.flatMap(
      (text, n) =>
        [
          [`k${n}/${root}`, text],
          [`c${n}/Chart.yaml`, text],
          [`c${n}/values.schema.json`, text],
        ] as const,
    );
    const monitor = monitorEventLoopDelay({ resolution: 5 });
    monitor.enable();

    const found = await findIn(Object.fromEntries(named));

    monitor.disable();
    expect(found.length).toBeGreaterThan(0);
    expect(monitor.max / 1e6).toBeLessThan(1000); // 3,700 ms for 256 KiB of commas before there was a budget; some 100 now
  });

  it('stops where the package as a whole is too much work', async () => {
    const names = Array.from({ length: 900 }, (_, n) => `manifests/resource-${n}.yaml`);
    const list = `resources:\n${names.map((name) => `- ../${name}\n`).join('')}`;
    const tree = Object.fromEntries([
      ...names.map((name) => [name, '']),
      ...Array.from({ length: 150 }, (_, n) => [`k${n}/${root}`, list]),
    ]);

    const found = await findIn(tree);

    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ reason }) => reason))).toEqual(new Set(['unreadable']));
  });

  it('ends with findings for any bytes in any chart file', async () => {
    const names = fc.constantFrom(
      'Chart.yaml',
      'Chart.lock',
      'requirements.yaml',
      'charts/a/Chart.yaml',
      'values.schema.json',
    );
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(`{"name":"a","dependencies":${text}}`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, content), async (tree) => {
        const found = await findOutsideReferences({
          paths: Object.keys(tree),
          read: (path) => tree[path] ?? new Uint8Array(),
        });
        expect(Array.isArray(found)).toBe(true);
      }),
    );
  });

  it('calls a file unreadable whose bytes are not at hand', async () => {
    const found = await findOutsideReferences({ paths: ['Chart.yaml'], read: () => undefined });

    expect(found).toMatchObject([{ file: 'Chart.yaml', reason: 'unreadable' }]);
  });

  it('does not let a thousand references that a policy may allow hide another one', async () => {
    const allowed = Array.from({ length: 1000 }, () => 'https://allowed.example.com');

    const found = await findIn({ [root]: JSON.stringify({ resources: [...allowed, 'https://example.com'] }) });

    expect(found.some(({ reason }) => reason === 'unreadable')).toBe(true);
  });

  it('lets a failure to read through', async () => {
    const broken = findOutsideReferences({
      paths: ['Chart.yaml'],
      read: () => {
        throw new Error('disk');
      },
    });

    await expect(broken).rejects.toThrow('disk');
  });
});
