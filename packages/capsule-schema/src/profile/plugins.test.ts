import { describe, expect, it } from 'vitest';
import { summaryOf } from './testing/find-in-tree.ts';

const root = 'kustomization.yaml';

describe('a generator, transformer or validator', () => {
  it('is one of the plugins of kustomize itself', async () => {
    const tree = {
      [root]: 'generators: [gen.yaml, list.yaml, fn.yaml, old.yaml]',
      'gen.yaml': 'apiVersion: example.com/v1\nkind: Gen',
      'list.yaml': 'kind: List\napiVersion: v1\nitems: [{apiVersion: builtin, kind: HashTransformer}]',
      'fn.yaml':
        'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {annotations: {config.kubernetes.io/function: "container: {image: x}"}}',
      'old.yaml': 'apiVersion: builtin\nkind: GoPlugin',
    };

    expect(await summaryOf(tree)).toEqual([
      'fn.yaml kind remote builtin/LabelTransformer',
      'gen.yaml kind remote example.com/v1/Gen',
      'list.yaml kind remote v1/List',
      'old.yaml kind remote builtin/GoPlugin',
    ]);
  });

  it('names files from the directory of the kustomization that lists it', async () => {
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

  it('is named by a file, never by a directory, whose kustomization could patch it', async () => {
    const tree = { [root]: 'transformers: [dir]', 'dir/kustomization.yaml': 'resources: [t.yaml]', 'dir/t.yaml': '' };

    expect(await summaryOf(tree)).toEqual([`${root} transformers[0] profile `]);
  });

  it.each([
    ['a spelling twice', 'kind: HelmChartInflationGenerator\nname: c\nchartHome: a\nCHARTHOME: b', 'profile '],
    ['an unknown field', 'kind: LabelTransformer\nx: y', 'profile '],
    ['items beside its fields', 'kind: ConfigMapGenerator\nitems: []', 'profile '],
    ['a file of a patch outside', 'kind: PatchTransformer\npath: ../x', 'escapes ../x'],
    ['a patch that is a path outside', 'kind: PatchStrategicMergeTransformer\npaths: [../x]', 'escapes ../x'],
    [
      'a URL of replacements',
      'kind: ReplacementTransformer\nreplacements: [{path: "https://x/y"}]',
      'remote https://x/y',
    ],
    ['a target outside', 'kind: ValueAddTransformer\ntargetFilePath: /etc/passwd', 'escapes /etc/passwd'],
    ['a remote JSON patch', 'kind: PatchJson6902Transformer\npath: "git@x:y"', 'remote git@x:y'],
    ['a value that is the name of a directory', 'kind: ValueAddTransformer\ntargets: []', 'profile '],
    ['a value that is blank', 'kind: ValueAddTransformer\nvalue: " "', 'profile '],
    ['an env file outside', 'kind: SecretGenerator\nenvs: [../../x]', 'escapes ../../x'],
  ])('is refused for %s', async (_, text, expected) => {
    const tree = {
      [root]: 'transformers: [t.yaml]',
      't.yaml': `apiVersion: builtin\nmetadata: {name: x}\n${text}`,
      'a/b': '',
      'charts/c/Chart.yaml': '',
    };

    expect((await summaryOf(tree)).map((line) => line.split(' ').slice(2).join(' '))).toContain(expected);
  });

  it('may be several documents in one file, each of which is judged', async () => {
    const label = 'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}\n';
    const tree = {
      [root]: 'transformers: [t.yaml]',
      't.yaml': `---\n${label}---\n${label}---\napiVersion: x/v1\nkind: Y\n---\n`,
    };

    expect(await summaryOf(tree)).toEqual(['t.yaml kind remote x/v1/Y']);
  });
});
