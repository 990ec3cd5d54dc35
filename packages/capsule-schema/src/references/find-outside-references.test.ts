import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOutsideReferences } from './find-outside-references.ts';
import { kustomizationNames } from './reference-files.ts';

type Tree = Readonly<Record<string, string>>;

function find(tree: Tree, kind: 'kustomize' | 'helm' = 'kustomize') {
  return findOutsideReferences({ kind, paths: Object.keys(tree), read: (path) => Buffer.from(tree[path] ?? '') });
}

async function summary(tree: Tree, kind: 'kustomize' | 'helm' = 'kustomize'): Promise<string[]> {
  return (await find(tree, kind)).map((found) => `${found.file} ${found.field} ${found.reason} ${found.reference}`);
}

const root = 'kustomization.yaml';

describe('findOutsideReferences in a kustomize package', () => {
  it('finds nothing where every reference is in the package', async () => {
    const found = await summary({
      'overlays/test/kustomization.yaml': [
        'resources: [../../base, extra.yaml]',
        'components: [../../components/scaling/]',
        'patches: [{path: patch.yaml}, {patch: "- op: remove\\n  path: /x"}]',
        'patchesStrategicMerge:\n  - patch.yaml\n  - |\n    kind: Deployment',
        'configMapGenerator: [{name: a, files: [a.txt, key=b.txt], envs: [c.env], env: c.env, literals: [url=https://x]}]',
        'openapi: {path: schema.json}',
        'images: [{name: https://not-a-reference}]',
      ].join('\n'),
      ...Object.fromEntries(
        ['extra.yaml', 'patch.yaml', 'a.txt', 'b.txt', 'c.env', 'schema.json'].map((n) => [`overlays/test/${n}`, '']),
      ),
      'base/kustomization.yml': 'resources: [x.yaml]',
      'base/x.yaml': '',
      'components/scaling/Kustomization': 'kind: Component',
    });

    expect(found).toEqual([]);
  });

  it.each([
    'https://example.com/x.yaml',
    'HTTPS://example.com/x.yaml',
    'http:x.yaml',
    'git@github.com:org/repo.git',
    'github.com/org/repo//path?ref=main',
    'GitHub.com/org/repo',
    'git::https://example.com/org/repo',
    'ssh://git@example.com/org/repo',
    'file:///etc/passwd',
    'user@host:repo',
    'oci://ghcr.io/org/repo',
  ])('reports the resource %s as remote', async (reference) => {
    expect(await summary({ [root]: `resources: ["${reference}"]` })).toEqual([
      `${root} resources[0] remote ${reference}`,
    ]);
  });

  it('reports a Git host as remote even where the package has a directory of that name', async () => {
    const tree = { [root]: 'resources: [github.com/org/repo]', 'github.com/org/repo/kustomization.yaml': 'kind: Component' };

    expect(await summary(tree)).toEqual([`${root} resources[0] remote github.com/org/repo`]);
  });

  it('reports a URL with a line break, which is no inline configuration', async () => {
    const tree = { [root]: 'generators: ["https://github.com/org/repo?x=\\n"]' };

    expect((await find(tree))[0]).toMatchObject({ field: 'generators[0]', reason: 'remote' });
  });

  it.each(['/etc/passwd', '../x.yaml', 'a/../../x.yaml', '../kustomize/base'])('reports %s as an escape', async (path) => {
    expect(await summary({ [root]: `resources: ["${path}"]` })).toEqual([`${root} resources[0] escapes ${path}`]);
  });

  it('reports what is missing, is a directory without kustomization, or differs in case', async () => {
    const tree = { [root]: 'resources: [gone.yaml, sub, X.yaml]', 'sub/y.yaml': '', 'x.yaml': '' };

    expect(await summary(tree)).toEqual([
      `${root} resources[0] missing gone.yaml`,
      `${root} resources[1] missing sub`,
      `${root} resources[2] missing X.yaml`,
    ]);
  });

  it.each([
    ['bases', 'bases: [gone]', 'bases[0]'],
    ['components', 'components: [x.yaml]', 'components[0]'],
    ['crds', 'crds: [gone]', 'crds[0]'],
    ['configurations', 'configurations: [gone]', 'configurations[0]'],
    ['patches', 'patches: [{path: gone}]', 'patches[0].path'],
    ['patchesStrategicMerge', 'patchesStrategicMerge: [gone]', 'patchesStrategicMerge[0]'],
    ['patchesJson6902', 'patchesJson6902: [{path: gone}]', 'patchesJson6902[0].path'],
    ['replacements', 'replacements: [{path: gone}]', 'replacements[0].path'],
    ['generator files', 'secretGenerator: [{files: [k=gone]}]', 'secretGenerator[0].files[0]'],
    ['generator envs', 'configMapGenerator: [{envs: [gone]}]', 'configMapGenerator[0].envs[0]'],
    ['generator env', 'configMapGenerator: [{env: gone}]', 'configMapGenerator[0].env'],
    ['openapi', 'openapi: {path: gone}', 'openapi.path'],
    ['generators', 'generators: [gone]', 'generators[0]'],
    ['transformers', 'transformers: [gone]', 'transformers[0]'],
    ['validators', 'validators: [gone]', 'validators[0]'],
    ['values file', 'helmCharts: [{name: c, valuesFile: gone}]', 'helmCharts[0].valuesFile'],
    ['values files', 'helmCharts: [{name: c, additionalValuesFiles: [gone]}]', 'helmCharts[0].additionalValuesFiles[0]'],
    ['old values', 'helmChartInflationGenerator: [{chartName: c, values: gone}]', 'helmChartInflationGenerator[0].values'],
  ])('looks at %s', async (_, text, field) => {
    const tree = { [root]: text, 'x.yaml': '', 'charts/c/Chart.yaml': 'name: c\nversion: 1.0.0' };

    expect((await find(tree)).map((found) => [found.field, found.reason])).toEqual([[field, 'missing']]);
  });

  it.each(['Resources', 'RESOURCES', 're\u017fources'])('takes %s for resources, as a Go decoder does', async (key) => {
    expect((await find({ [root]: `${key}: [https://example.com]` }))[0]).toMatchObject({ field: `${key}[0]`, reason: 'remote' });
  });

  it.each([
    ['a duplicate key', 'resources: [a]\nresources: [b]'],
    ['several documents', 'resources: []\n---\nresources: []'],
    ['no mapping', '- a'],
    ['nothing', ''],
    ['an unknown field', 'imports: [a]'],
    ['a tag that decodes', 'resources: [!!binary eC55YW1s]'],
    ['a merge key', '<<: {resources: [x.yaml]}'],
    ['a comment that ends early for YAML 1.1', '# x\u2028resources: [https://example.com]'],
    ['a lone carriage return', '# x\rresources: [https://example.com]'],
    ['a list that is none', 'resources: x.yaml'],
    ['an entry that is no text', 'resources: [1]'],
    ['deep nesting', `resources: ${'['.repeat(50_000)}`],
    ['too many aliases', `a: &a [x]\nresources: [${'*a,'.repeat(200)}]`],
    ['an alias in itself', 'resources: &a [*a]'],
    ['too many bytes', `# ${'x'.repeat(300_000)}`],
  ])('calls a kustomization with %s unreadable', async (_, text) => {
    expect((await find({ [root]: text, 'x.yaml': '' })).map((found) => found.reason)).toContain('unreadable');
  });

  it('follows aliases', async () => {
    const tree = { [root]: 'bases: &a ["https://example.com"]\nresources: *a' };

    expect((await find(tree)).map((found) => found.field)).toEqual(['resources[0]', 'bases[0]']);
  });

  it('reports plugins whose code is not in the package', async () => {
    const fn = 'metadata: {annotations: {config.kubernetes.io/function: "container: {image: x}"}}';
    const tree = {
      [root]: `generators: [gen.yaml, dir]\ntransformers:\n  - |\n    apiVersion: builtin\n    kind: PatchTransformer\n    ${fn}`,
      'gen.yaml': 'apiVersion: example.com/v1\nkind: Gen',
      'dir/kustomization.yaml': 'resources: [more.yaml]',
      'dir/more.yaml': 'kind: List\napiVersion: v1\nitems: [{apiVersion: x/v1, kind: Y}]',
    };

    expect(await summary(tree)).toEqual([
      'dir/more.yaml apiVersion remote x/v1/Y',
      'gen.yaml apiVersion remote example.com/v1/Gen',
      `${root} transformers[0].metadata remote builtin/PatchTransformer`,
    ]);
  });

  it('looks into the configurations of kustomize\'s own plugins, from where they are listed', async () => {
    const tree = {
      [root]: 'generators: [sub/gen.yaml]',
      'sub/gen.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nfiles: [a.txt, sub/b.txt, https://example.com/c]',
      'sub/a.txt': '',
      'sub/b.txt': '',
    };

    expect(await summary(tree)).toEqual([
      'sub/gen.yaml files[0] missing a.txt',
      'sub/gen.yaml files[2] remote https://example.com/c',
    ]);
  });

  it('does not trust plugin configurations that another kustomization changes', async () => {
    const tree = {
      [root]: 'transformers: [dir]',
      'dir/kustomization.yaml': 'resources: [t.yaml]\nnamePrefix: x-',
      'dir/t.yaml': 'apiVersion: builtin\nkind: LabelTransformer',
    };

    expect(await summary(tree)).toEqual(['dir/kustomization.yaml namePrefix unreadable ']);
  });

  it('takes a chart from the chart home, and reports one that kustomize would pull', async () => {
    const chart = 'name: redis\nversion: 1.2.3';
    const pulled = 'helmCharts: [{name: redis, version: 1.2.3, repo: "https://charts.example.com"}]';

    expect(await summary({ [root]: 'helmCharts: [{name: redis}]', 'charts/redis/Chart.yaml': chart })).toEqual([]);
    expect(await summary({ [root]: pulled, 'charts/redis-1.2.3/redis/Chart.yaml': chart })).toEqual([]);
    expect(await summary({ [root]: pulled, 'charts/redis/Chart.yaml': chart })).toEqual([
      `${root} helmCharts[0].repo remote https://charts.example.com`,
    ]);
    expect(await summary({ [root]: 'helmCharts: [{name: redis, version: 2.0.0}]', 'charts/redis/Chart.yaml': chart })).toEqual([
      `${root} helmCharts[0] version redis@2.0.0`,
    ]);
    expect(await summary({ [root]: 'helmCharts: [{name: redis}]\nhelmGlobals: {chartHome: /charts}' })).toEqual([
      `${root} helmGlobals.chartHome escapes /charts`,
    ]);
    expect(await summary({ [root]: 'helmCharts: [{name: redis}]' })).toEqual([`${root} helmCharts[0].name unvendored redis`]);
  });

  it('checks the dependencies of a chart that a kustomization uses', async () => {
    const tree = { [root]: 'helmCharts: [{name: c}]', 'charts/c/Chart.yaml': 'name: c\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0}]' };

    expect(await summary(tree)).toEqual(['charts/c/Chart.yaml dependencies[0] unvendored d@1.0.0']);
  });

  it('gives the same findings for any order of the paths', async () => {
    const tree: Tree = { [root]: 'resources: [a, b]', 'é/kustomization.yaml': '', 'b/kustomization.yaml': 'resources: [x]' };

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(tree), { minLength: 3 }), async (paths) => {
        const found = await findOutsideReferences({ kind: 'kustomize', paths, read: (path) => Buffer.from(tree[path] ?? '') });
        expect(found).toEqual(await find(tree));
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
        const found = await find({ 'a/b/kustomization.yaml': JSON.stringify({ resources: [reference] }) });
        const escapes = found.some(({ reason }) => reason === 'escapes');
        if (outside) expect(escapes).toBe(true);
      }),
    );
  });

  it('ends with findings for any bytes in any kustomization', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('resources', 'generators', ': ', '\n', '- ', '[', ']', '{', '}', '&a ', '*a', '!!', '|', '  ', '"', '#', '\t', '?', ',', 'a') }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(`{"helmCharts":${text},"generators":[${text}],"patches":${text}}`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kustomizationNames), bytes, async (name, content) => {
        const found = await findOutsideReferences({ kind: 'kustomize', paths: [name], read: () => content });
        expect(Array.isArray(found)).toBe(true);
      }),
    );
  });

  it('reports at most a thousand findings, and stays quick, for a package made to be slow', async () => {
    const list = 'generators: [d]\n';
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`k${n}/kustomization.yaml`, 'generators: [../d]']));
    const tree = { ...many, [root]: list, 'd/kustomization.yaml': `resources: [${'g.yaml,'.repeat(20_000)}]`, 'd/g.yaml': 'apiVersion: x/v1\nkind: Y' };

    const found = await find(tree);

    expect(found.length).toBeLessThanOrEqual(1000);
    expect(found.length).toBeGreaterThan(0);
  }, 15_000);
});

describe('findOutsideReferences in a helm package', () => {
  const dependency = (version: string) => `name: app\nversion: 1.0.0\ndependencies: [{name: redis, version: "${version}", repository: "https://charts.example.com"}]`;
  const lock = 'dependencies: [{name: redis, version: 1.2.3, repository: "https://charts.example.com"}]';
  const redis = 'name: redis\nversion: 1.2.3';

  it('takes a dependency that is vendored at its locked version, unpacked or as an archive', async () => {
    const chart = { 'Chart.yaml': dependency('^1.0.0'), 'Chart.lock': lock };

    expect(await summary({ ...chart, 'charts/redis/Chart.yaml': redis }, 'helm')).toEqual([]);
    expect(await summary({ ...chart, 'charts/redis-1.2.3.tgz': '' }, 'helm')).toEqual([]);
  });

  it('reports what is not vendored, or at another version than the locked one', async () => {
    const chart = { 'Chart.yaml': dependency('^1.0.0'), 'Chart.lock': lock };

    expect(await summary(chart, 'helm')).toEqual(['Chart.yaml dependencies[0] unvendored redis@^1.0.0']);
    expect(await summary({ ...chart, 'charts/redis-1.2.4.tgz': '' }, 'helm')).toEqual(['Chart.yaml dependencies[0] version redis@^1.0.0']);
    expect(await summary({ ...chart, 'charts/redis-ha-1.2.3.tgz': '' }, 'helm')).toEqual(['Chart.yaml dependencies[0] version redis@^1.0.0']);
    expect(await summary({ ...chart, 'Chart.lock': 'dependencies: []', 'charts/redis-1.2.3.tgz': '' }, 'helm')).toEqual([
      'Chart.yaml dependencies[0] version redis@^1.0.0',
    ]);
  });

  it('asks for the exact version where there is no lock, and lets the one that lies there settle a range', async () => {
    expect(await summary({ 'Chart.yaml': dependency('1.2.3'), 'charts/redis-1.2.3.tgz': '' }, 'helm')).toEqual([]);
    expect(await summary({ 'Chart.yaml': dependency('v1.2.3'), 'charts/redis/Chart.yaml': redis }, 'helm')).toEqual([]);
    expect(await summary({ 'Chart.yaml': dependency('1.2.4'), 'charts/redis-1.2.3.tgz': '' }, 'helm')).toHaveLength(1);
    expect(await summary({ 'Chart.yaml': dependency('>=1'), 'charts/redis-1.2.3.tgz': '' }, 'helm')).toEqual([]);
    expect(await summary({ 'Chart.yaml': dependency('>=1'), 'charts/redis-1.2.3.tgz': '', 'charts/redis-1.3.0.tgz': '' }, 'helm')).toHaveLength(1);
  });

  it('reads the requirements of an older chart', async () => {
    const tree = { 'Chart.yaml': 'name: app', 'requirements.yaml': 'dependencies: [{name: redis, version: 1.2.3}]', 'requirements.lock': lock };

    expect(await summary(tree, 'helm')).toEqual(['requirements.yaml dependencies[0] unvendored redis@1.2.3']);
    expect(await summary({ ...tree, 'charts/redis-1.2.3.tgz': '' }, 'helm')).toEqual([]);
  });

  it('checks nested charts', async () => {
    const tree = { 'Chart.yaml': 'name: app', 'charts/redis/Chart.yaml': `${redis}\ndependencies: [{name: common, version: 1.0.0}]` };

    expect(await summary(tree, 'helm')).toEqual(['charts/redis/Chart.yaml dependencies[0] unvendored common@1.0.0']);
  });

  it('reports a values schema that Helm would fetch from elsewhere', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $defs: { own: { $id: 'https://example.com/own' } },
      properties: { a: { $ref: 'https://example.com/x.json' }, b: { $ref: '#/$defs/own' }, c: { $ref: 'https://example.com/own' }, d: { $ref: '../x.json' } },
    };

    expect(await summary({ 'Chart.yaml': 'name: app', 'values.schema.json': JSON.stringify(schema) }, 'helm')).toEqual([
      'values.schema.json $ref escapes ../x.json',
      'values.schema.json $ref remote https://example.com/x.json',
    ]);
  });

  it('calls charts that cannot be parsed unreadable', async () => {
    expect((await find({ 'Chart.yaml': 'a: [' }, 'helm'))[0]).toMatchObject({ file: 'Chart.yaml', reason: 'unreadable' });
    expect((await find({ 'Chart.yaml': dependency('1.2.3'), 'Chart.lock': '[', 'charts/redis-1.2.3.tgz': '' }, 'helm')).map((f) => f.file)).toContain('Chart.lock');
    expect((await find({ 'Chart.yaml': 'name: a', 'values.schema.json': '{' }, 'helm'))[0]).toMatchObject({ reason: 'unreadable' });
  });

  it('ends with findings for any bytes in any chart file', async () => {
    const names = fc.constantFrom('Chart.yaml', 'Chart.lock', 'requirements.yaml', 'charts/a/Chart.yaml', 'values.schema.json');
    const content = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map((text) => Buffer.from(`{"name":"a","dependencies":${text}}`)));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, content), async (tree) => {
        const found = await findOutsideReferences({ kind: 'helm', paths: Object.keys(tree), read: (path) => tree[path] ?? new Uint8Array() });
        expect(Array.isArray(found)).toBe(true);
      }),
    );
  });

  it('lets a failure to read through', async () => {
    const broken = findOutsideReferences({ kind: 'helm', paths: ['Chart.yaml'], read: () => { throw new Error('disk'); } });

    await expect(broken).rejects.toThrow('disk');
  });
});
