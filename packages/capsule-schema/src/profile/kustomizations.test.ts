import { describe, expect, it } from 'vitest';
import { findIn, summaryOf, type Tree } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';

async function reasonsOf(text: string, others: Tree = {}): Promise<readonly string[]> {
  return (await findIn({ ...others, [root]: text })).map(({ reason, field }) => `${reason} ${field}`);
}

describe('a kustomization', () => {
  it('is accepted where every reference is in the package', async () => {
    const found = await summaryOf({
      'overlays/test/kustomization.yaml': [
        '---',
        'resources: [../../base, extra.yaml, ./also+more_1.yaml]',
        'components: [../../components/scaling/]',
        'patches: [{path: patch.yaml}, {patch: "- op: remove\\n  path: /x"}, {patch: "[{\\"op\\": \\"remove\\", \\"path\\": \\"/x\\"}]"}]',
        'patchesStrategicMerge:',
        '  - patch.yaml',
        '  - |',
        '    apiVersion: apps/v1',
        '    kind: Deployment',
        '    metadata:',
        '      name: web',
        'configMapGenerator: [{name: c, files: [a.txt, key=b.txt], envs: [c.env], env: c.env, literals: [url=https://x]}]',
        'openapi: {path: schema.json}',
        'images: [{name: https://not-a-reference}]',
        'namePrefix: &prefix web-',
        'nameSuffix: *prefix',
        'namespace: >-',
        '  a',
        '',
        '  b',
        'buildMetadata:',
        '- |+',
        '  a',
        '',
        '   b',
        'labels:',
        '- pairs: &labels {app: web}',
        '- pairs: {<<: *labels, tier: front}',
        'patchesJson6902:',
        'crds: []',
        '---',
      ].join('\n'),
      ...Object.fromEntries(
        ['extra.yaml', 'also+more_1.yaml', 'patch.yaml', 'a.txt', 'b.txt', 'c.env', 'schema.json'].map((n) => [
          `overlays/test/${n}`,
          '',
        ]),
      ),
      'base/kustomization.yml': '{"resources": ["x.yaml"]}',
      'base/x.yaml': '',
      'components/scaling/Kustomization': 'kind: Component\r\napiVersion: kustomize.config.k8s.io/v1alpha1\r\n',
    });

    expect(found).toEqual([]);
  });

  it.each([
    'https://example.com/x.yaml',
    'HTTPS://example.com/x.yaml',
    'http:x.yaml',
    'git@github.com:org/repo.git',
    'github.com/org/repo',
    './github.com/org/repo',
    'GitHub.com/org/repo',
    'git::https://example.com/org/repo',
    'ssh://git@example.com/org/repo',
    'file:///etc/passwd',
    'user@host:repo',
    'oci://ghcr.io/org/repo',
  ])('refuses the resource %s as remote, also where the package has such a directory', async (reference) => {
    const tree = { [root]: `resources: ["${reference}"]`, 'github.com/org/repo/kustomization.yaml': 'resources: []' };

    expect(await summaryOf(tree)).toEqual([`${root} resources[0] remote ${reference}`]);
  });

  it.each(['/etc/passwd', '../x.yaml', 'a/../../x.yaml', '../kustomize/base', 'a/../b', '..'])(
    'refuses %s as an escape',
    async (path) => {
      expect(await summaryOf({ [root]: `resources: ["${path}"]` })).toEqual([`${root} resources[0] escapes ${path}`]);
    },
  );

  it.each([
    'a b.yaml',
    'ä.yaml',
    'a//b',
    '././a',
    '-a',
    '~/x',
    'a\\\\b',
    '$HOME',
    'a?x',
    'a%2e',
    'null',
    'g\u0130thub.com/o/r',
    'a/-b',
    '',
  ])('refuses %s as a spelling that readers may differ on', async (path) => {
    expect((await findIn({ [root]: `resources: ["${path}"]`, [path || 'x']: '' }))[0]).toMatchObject({
      reason: 'spelling',
      field: 'resources[0]',
    });
  });

  it('refuses what is missing, is a directory without kustomization, or differs in case', async () => {
    const tree = { [root]: 'resources: [gone.yaml, sub, X.yaml, x.yaml/]', 'sub/y.yaml': '', 'x.yaml': '' };

    expect(await summaryOf(tree)).toEqual([
      `${root} resources[0] missing gone.yaml`,
      `${root} resources[1] missing sub`,
      `${root} resources[2] missing X.yaml`,
      `${root} resources[3] missing x.yaml/`,
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
    ['chart homes', 'helmGlobals: {chartHome: gone}', 'helmGlobals.chartHome'],
    ['values files', 'helmCharts: [{name: c, valuesFile: gone}]', 'helmCharts[0].valuesFile'],
    [
      'more values files',
      'helmCharts: [{name: c, additionalValuesFiles: [gone]}]',
      'helmCharts[0].additionalValuesFiles[0]',
    ],
    [
      'old values',
      'helmChartInflationGenerator: [{chartName: c, values: gone}]',
      'helmChartInflationGenerator[0].values',
    ],
  ])('names by %s what the package holds', async (_, text, field) => {
    const charts = { 'x.yaml': '', 'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0' };

    expect(await reasonsOf(text, charts)).toEqual([`missing ${field}`]);
  });

  it.each([
    ['a field twice', 'resources: []\nresources: []', 'profile resources'],
    ['a field twice after folding', 'resources: []\nRESOURCES: []', 'profile RESOURCES'],
    ['a spelling that is not listed', 're\u017fources: [https://example.com]', 'profile re\u017fources'],
    ['an unknown field', 'imports: [a]', 'profile imports'],
    ['an unknown field in another', 'patches: [{file: a}]', 'profile patches[0].file'],
    [
      'two spellings of one field',
      'vars: [{fieldref: {fieldPath: a, fieldpath: b}}]',
      'profile vars[0].fieldref.fieldpath',
    ],
    ['several documents', 'resources: []\n---\nresources: []', 'profile '],
    ['a second document that comes after an empty one', '---\n---\nresources: []', 'profile '],
    ['a list instead of fields', '- a', 'profile '],
    ['a tag', 'resources: [!!str a]', 'profile '],
    ['a tag where nothing is judged', 'helmCharts: [{name: c, valuesInline: {a: !!binary eA==}}]', 'profile '],
    ['a merge key above references', '<<: {resources: [x.yaml]}', 'profile '],
    ['an anchor above references', 'resources: &a [x.yaml]', 'profile resources'],
    ['an alias for references', 'namePrefix: &a x.yaml\nresources: [*a]', 'profile resources[0]'],
    ['an anchor at a reference', 'resources: [&a x.yaml]', 'profile resources[0]'],
    ['a text instead of a list', 'resources: x.yaml', 'profile resources'],
    ['a number instead of a text', 'resources: [1]', 'profile resources[0]'],
    ['a text that is a truth value to some readers', 'namePrefix: yes', 'profile namePrefix'],
    ['a text that is a number to some readers', 'images: [{name: a, newTag: 1_0}]', 'profile images[0].newTag'],
    ['a text that is a time to some readers', 'images: [{name: a, newTag: 2026-11-20}]', 'profile images[0].newTag'],
    ['a truth value in words', 'generatorOptions: {immutable: yes}', 'profile generatorOptions.immutable'],
    ['a key that is a number', 'commonLabels: {1: a}', 'profile commonLabels'],
    ['a folded text where YAML may stand', 'transformers:\n- >\n  apiVersion: builtin\n  kind: LabelTransformer\n', 'profile transformers[0]'],
    ['a folded text with a line that stands right of the others', 'namePrefix: >\n  a\n   b\n', 'profile namePrefix'],
    ['a folded text that begins with a blank', 'commonLabels:\n  a: >\n    \tb\n\n    c\n', 'profile commonLabels.a'],
    ['a block text that ends in empty lines', 'namePrefix: |+\n  a\n\n# c', 'profile namePrefix'],
    ['a block text of nothing', 'namePrefix: |+\n\n# c', 'profile namePrefix'],
    ['a path for Helm plugins', 'helmGlobals: {configHome: a}', 'profile helmGlobals.configHome'],
    ['a line break of YAML 1.1 in a text', 'namePrefix: "a\\u2028b"', 'profile namePrefix'],
    ['two "=" in a source', 'configMapGenerator: [{files: ["a=b=c"]}]', 'spelling configMapGenerator[0].files[0]'],
    [
      'a key with a slash in a source',
      'configMapGenerator: [{files: ["a/b=x.yaml"]}]',
      'spelling configMapGenerator[0].files[0]',
    ],
  ])('is refused for %s', async (_, text, expected) => {
    expect(
      await reasonsOf(text, { 'x.yaml': '', 'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0' }),
    ).toContain(expected);
  });

  it.each([
    ['a comment that ends early for YAML 1.1', '# x\u2028resources: [https://example.com]'],
    ['a lone carriage return', '# x\rresources: [https://example.com]'],
    ['a directive', '%YAML 1.1\n---\nresources: []'],
    ['content on the line of a document mark', '--- {resources: []}'],
    ['an end mark', 'resources: []\n...\n'],
    ['a control character', 'resources: []\u0000'],
    ['what is not UTF-8', Buffer.from([0x72, 0xff])],
    ['what is not YAML', 'resources: ['],
    ['deep nesting', `resources: ${'['.repeat(50_000)}`],
    ['a block text that ends in blanks at its end', 'namePrefix: |\n  a\n   '],
    ['an alias in itself', 'resources: &a [*a'],
    ['too many bytes', `# ${'x'.repeat(300_000)}`],
    ['too much structure', ','.repeat(250_000)],
  ])('cannot be judged with %s', async (_, text) => {
    expect((await findIn({ [root]: text })).map(({ reason }) => reason)).toEqual(['unreadable']);
  });

  it('stands alone in its directory', async () => {
    const found = await findIn({ [root]: 'resources: []', Kustomization: 'resources: [https://example.com/x/y]' });

    expect(found.map(({ file, reason }) => `${file} ${reason}`)).toEqual([
      'Kustomization profile',
      'Kustomization remote',
    ]);
  });

  it('lists Components under components, and nothing else there', async () => {
    const tree = {
      [root]: 'resources: [c, r]\ncomponents: [c, r]\nbases: [c]',
      'c/kustomization.yaml': 'kind: Component',
      'r/kustomization.yaml': 'kind: Kustomization',
    };

    expect((await findIn(tree)).map(({ field, reason }) => `${reason} ${field}`)).toEqual([
      'profile resources[0]',
      'profile components[1]',
      'profile bases[0]',
    ]);
  });

  it('is judged wherever it lies, in a chart too', async () => {
    const tree = {
      'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0',
      'templates/kustomization.yaml': 'resources: ["https://example.com/x"]',
    };

    expect(await summaryOf(tree)).toEqual(['templates/kustomization.yaml resources[0] remote https://example.com/x']);
  });
});

describe('a text that may be a path or YAML', () => {
  it.each([
    ['an anchor', '&x {apiVersion: builtin, kind: PatchTransformer}'],
    ['a document mark', '--- {apiVersion: builtin, kind: PatchTransformer}'],
    ['a flow mapping', '{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n'],
    ['no name', 'apiVersion: v1\nkind: ConfigMap\n'],
    ['a name that is a word of YAML', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yes\n'],
    ['a scheme', 'https:\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n'],
    ['".." between slashes', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n# /../x\n'],
    ['a line break alone', 'x\n/../../outside.yaml'],
    ['an anchor in a block', 'apiVersion: v1\nkind: ConfigMap\nmetadata: &a\n  name: c\n'],
    ['an escaped line break of YAML 1.1', 'apiVersion: v1 #\u2028kind: x\nkind: ConfigMap\nmetadata:\n  name: c\n'],
  ])('is refused with %s', async (_, text) => {
    for (const field of ['patchesStrategicMerge', 'transformers']) {
      expect(await findIn({ [root]: JSON.stringify({ [field]: [text] }) }), field).not.toEqual([]);
    }
  });

  it('is accepted as block mappings, one or several', async () => {
    const patch = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata: {a: "../b"}\n';
    const plugin = 'apiVersion: builtin\nkind: LabelTransformer\nmetadata:\n  name: labels\nlabels: {a: b}\n';

    expect(
      await summaryOf({
        [root]: JSON.stringify({ patchesStrategicMerge: [patch, `${patch}---\n${patch}`], transformers: [plugin] }),
      }),
    ).toEqual([]);
  });
});
