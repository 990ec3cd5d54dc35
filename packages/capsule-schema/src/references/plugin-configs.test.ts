import { describe, expect, it } from 'vitest';
import { summaryOf } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';

describe('plugin configurations', () => {
  it('reports plugins whose code is not in the package', async () => {
    const fn = 'metadata: {annotations: {config.kubernetes.io/function: "container: {image: x}"}}';
    const tree = {
      [root]: `generators: [gen.yaml, dir]\ntransformers: ['{apiVersion: builtin, kind: PatchTransformer, ${fn}}']`,
      'gen.yaml': 'apiVersion: example.com/v1\nkind: Gen',
      'dir/kustomization.yaml': 'resources: [more.yaml]',
      'dir/more.yaml': 'kind: List\napiVersion: v1\nitems: [{apiVersion: x/v1, kind: Y}]',
    };

    expect(await summaryOf(tree)).toEqual([
      'dir/more.yaml apiVersion remote x/v1/Y',
      'gen.yaml apiVersion remote example.com/v1/Gen',
      `${root} transformers[0].metadata remote builtin/PatchTransformer`,
    ]);
  });

  it("looks into the configurations of kustomize's own plugins, from where they are listed", async () => {
    const tree = {
      [root]: 'generators: [sub/gen.yaml]',
      'sub/gen.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nfiles: [a.txt, sub/b.txt, https://example.com/c]',
      'sub/a.txt': '',
      'sub/b.txt': '',
    };

    expect(await summaryOf(tree)).toEqual([
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

    expect(await summaryOf(tree)).toEqual(['dir/kustomization.yaml namePrefix unreadable ']);
  });

  it.each([
    ['a list beside the fields of a generator', '[{apiVersion: builtin, kind: HashTransformer, metadata: {name: z}}]'],
    ['an empty list', '[]'],
    ['a mapping', '{apiVersion: builtin, kind: HashTransformer}'],
  ])('does not let %s under "items" hide a generator', async (_, items) => {
    const generator = 'apiVersion: builtin\nkind: ConfigMapGenerator\nfiles: ["k=http://127.0.0.1:8999/f"]';
    const tree = { [root]: 'generators: [gen.yaml]' };

    expect(await summaryOf({ ...tree, 'gen.yaml': `${generator}\nitems: ${items}` })).toEqual([
      'gen.yaml items unreadable ',
    ]);
    expect(await summaryOf({ ...tree, 'gen.yaml': `${generator}\nItems: ${items}` })).toEqual([
      'gen.yaml Items unreadable ',
    ]);
  });

  it('takes a list apart by the name that kustomize reads, and nothing that only looks like one', async () => {
    const plugin = '{apiVersion: builtin, kind: ConfigMapGenerator, files: [https://example.com/c]}';
    const tree = { [root]: 'generators: [gen.yaml]' };

    expect(await summaryOf({ ...tree, 'gen.yaml': `kind: ConfigMapList\nitems: [${plugin}]` })).toEqual([
      'gen.yaml files[0] remote https://example.com/c',
    ]);
    expect(await summaryOf({ ...tree, 'gen.yaml': `kind: List\nitems: ${plugin}` })).toEqual([
      'gen.yaml items unreadable ',
    ]);
    expect(await summaryOf({ ...tree, 'gen.yaml': `kind: List\nitems: []\nItems: [${plugin}]` })).toEqual([
      'gen.yaml items unreadable ',
    ]);
  });
});
