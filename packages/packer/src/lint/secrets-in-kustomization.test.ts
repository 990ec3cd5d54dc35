import { describe, expect, it } from 'vitest';
import { secretsOf, type Tree } from './testing/linted-files.ts';

async function filesWithSecrets(tree: Tree, allowed: readonly string[] = []): Promise<readonly string[]> {
  return (await secretsOf(tree, allowed)).map(({ file, key }) => `${file}: ${key}`);
}

const named = { 'kustomization.yaml': 'resources: [a.txt]\n' };
const bare = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n';
const secret = `${bare}stringData: {p: hunter2}\n`;
const spelt = (kind: string): string => secret.replace('kind: Secret', kind);

// kustomize 5.8 renders each of these as a Secret with its value.
describe('a resource of any name', () => {
  it.each<readonly [string, string | Uint8Array]>([
    ['plain', secret],
    ['with the kind on the next line', spelt('kind:\n  Secret')],
    ['with escapes in the kind', spelt('kind: "S\\x65cret"')],
    ['with wide escapes', spelt('"kind": "\\u0053\\U00000065cret"').replace('stringData', '"string\\x44ata"')],
    ['with the kind over two lines', spelt('kind: "Sec\\\n  ret"')],
    ['with a folded kind', spelt('kind: >-\n  Secret')],
    ['with a tag', spelt('kind: !!str Secret')],
    ['with an anchor', spelt('kind: &a !!str Secret')],
    ['with a verbatim tag', spelt('kind: !<tag:yaml.org,2002:str> Secret')],
    ['with an alias', spelt('x: &k Secret\nkind: *k')],
    ['with the kind in base64', spelt('kind: !!binary U2VjcmV0')],
    ['with a tag that is spelt oddly', spelt('kind: !!b%69nary U2VjcmV0')],
    ['with explicit keys', spelt('? kind\n: Secret')],
    ['with a tab', spelt('kind:\tSecret')],
    ['with a comment', spelt('kind: Secret # not')],
    ['in UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(secret, 'utf16le')])],
    ['with a byte order mark', `\ufeff${spelt('kind: Secret')}`],
    ['with carriage returns for line ends', secret.replaceAll('\n', '\r')],
    ['with NEL for line ends', secret.replaceAll('\n', '\u0085')],
    ['with line separators', secret.replaceAll('\n', '\u2028')],
    ['with braces that look like a template', spelt('kind:\n  Secret').replace('{name: db}', '{name: db, annotations: {x: "{{ y"}}')],
    ['with merged data', `${bare}<<: {stringData: {p: hunter2}}\n`],
    ['on the line of the document marker', '--- {apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {p: hunter2}}\n'],
    ['with flow collections that are not indented', `apiVersion: v1\nkind: Secret\nmetadata: {\nname: db\n}\nstringData: {\np: hunter2\n}\n`],
    ['with a comment that touches a quote', `${secret}x: "y"#z\n`],
    ['with an odd version', secret.replace('apiVersion: v1', 'apiVersion: /v1')],
    ['in a list of lists', `apiVersion: v1\nkind: List\nitems: [{kind: List, apiVersion: v1, items: [{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {p: x}}]}]`],
    ['in the values of a chart', 'extraObjects:\n- apiVersion: v1\n  kind: Secret\n  stringData: {p: hunter2}\n'],
  ])('is found %s', async (_what, content) => {
    expect(await filesWithSecrets({ ...named, 'a.txt': content })).toEqual(['a.txt: p']);
  });

  it('is left alone where it is no text, or prose with an example', async () => {
    const example = `# Secrets\n\nMake one:\n\n\`\`\`yaml\n${secret}\`\`\`\n`;

    expect(await filesWithSecrets({ 'a.bin': `\0${secret}`, 'README.md': example, 'a.sh': `cat <<E\n${secret}E\n` })).toEqual([]);
  });

  it('is read line by line beyond the bounds of the parser', async () => {
    expect(await filesWithSecrets({ 'a.txt': `${bare}stringData:\n  p: hunter2\n${'# x\n'.repeat(1_100_000)}` })).toEqual(['a.txt: p']);
  });
});

describe('a resource that is nested beyond the bounds of the parser', () => {
  it.each(['kind: Secret', 'kind: "S\\x65cret"'])('is found by its lines, with %s', async (kind) => {
    const nested = `x: ${'['.repeat(9000)}${']'.repeat(9000)}\n`;

    expect(await filesWithSecrets({ ...named, 'a.txt': nested + spelt(kind) })).toEqual(['a.txt: p']);
  });
});

describe('a patch that is aimed at a Secret', () => {
  const operation = '[{"op": "add", "path": "/stringData", "value": {"p": "hunter2"}}]';
  const merge = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nstringData: {p: hunter2}';
  const kustomization = (...lines: readonly string[]): Tree => ({ 'kustomization.yaml': lines.join('\n'), 'a.txt': bare });
  const block = (text: string, indent: string): string => text.split('\n').map((line) => indent + line).join('\n');

  it.each<readonly [string, Tree]>([
    ['of operations', kustomization('patches:', '- target: {kind: Secret}', `  patch: '${operation}'`)],
    ['of operations in YAML', kustomization('patches:', '- target: {kind: Secret}', '  patch: |-', '    - op: replace', '      path: /data/p', '      value: eA==')],
    ['with an odd path', kustomization('patches:', '- target: {kind: Secret}', `  patch: '${operation.replace('/string', 'x/string')}'`)],
    ['of the whole object', kustomization('patches:', '- target: {kind: Secret}', '  patch: \'[{"op": "replace", "path": "", "value": {"stringData": {"p": "x"}}}]\'')],
    ['with a target by name alone', kustomization('patches:', '- target: {name: db}', `  patch: '${operation}'`)],
    ['with a pattern for a target', kustomization('patches:', '- target: {kind: Sec.*}', `  patch: '${operation}'`)],
    ['with names in another case', kustomization('Patches:', '- Target: {Kind: Secret}', `  Patch: '${operation}'`)],
    ['in patchesJson6902', kustomization('patchesJson6902:', '- target: {version: v1, kind: Secret, name: db}', `  patch: '${operation}'`)],
    ['that says another kind', kustomization('patches:', '- target: {kind: Secret}', '  patch: |-', block(merge, '    '))],
    ['that is one line', kustomization('patchesStrategicMerge:', "- '{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {p: x}}'")],
    ['in a replacement', kustomization('replacements:', '- sourceValue: hunter2', '  targets: [{select: {kind: Secret}, fieldPaths: [stringData.p]}]')],
    ['in a PatchTransformer', kustomization('transformers:', '- |-', '  kind: PatchTransformer', '  target: {kind: Secret}', `  patch: '${operation}'`)],
    ['in a PatchJson6902Transformer', kustomization('transformers:', '- |-', '  kind: PatchJson6902Transformer', '  target: {kind: Secret, name: db}', `  jsonOp: '${operation}'`)],
    ['in a PatchStrategicMergeTransformer', kustomization('transformers:', '- |-', '  kind: PatchStrategicMergeTransformer', '  patches: |-', block(secret, '    '))],
    ['in a ValueAddTransformer', kustomization('transformers:', '- |-', '  kind: ValueAddTransformer', '  value: hunter2', '  targets: [{fieldPath: stringData/p}]')],
    ['in an inline generator', kustomization('generators:', "- '{apiVersion: builtin, kind: SecretGenerator, metadata: {name: v}, Literals: [a=hunter2]}'")],
    ['in a generator in capitals', kustomization('SECRETGENERATOR:', '- Name: x', '  Literals: [a=hunter2]')],
  ])('is found %s', async (_what, tree) => {
    const found = await filesWithSecrets(tree);

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^kustomization\.yaml: /);
  });

  it.each([
    ['of operations', operation],
    ['that merges', merge],
    ['of operations in YAML', '- op: add\n  path: /stringData/p\n  value: hunter2\n'],
  ])('is found %s in a file of any name, in any directory', async (_what, patch) => {
    const tree = { 'x/kustomization.yaml': 'patches: [{target: {kind: Secret}, path: ../y/./p.txt}]', 'y/p.txt': patch, 'p.txt': patch };

    expect(await filesWithSecrets(tree)).toEqual([expect.stringMatching(/^y\/p\.txt: /)]);
    expect(await filesWithSecrets({ ...tree, 'x/kustomization.yaml': 'patchesJson6902: [{target: {kind: Secret}, path: ../y/p.txt}]' }))
      .toHaveLength(1);
    const [{ exception } = { exception: '' }] = await secretsOf(tree);
    expect(await filesWithSecrets(tree, [exception])).toEqual([]);
  });

  it('is found behind megabytes of other documents', async () => {
    const padding = `#${' '.repeat(5_000_000)}\n---\n`;
    const target = 'patches: [{target: {name: db}, path: p.txt}]\n';
    const patch = '- op: add\n  path: /stringData/p\n  value: hunter2\n';

    expect(await filesWithSecrets({ 'kustomization.yaml': target, 'p.txt': padding + patch })).toHaveLength(1);
  });

  it.each([
    ['other kinds', 'patches:', '- target: {kind: ConfigMap}', `  patch: '${operation}'`],
    ['other fields', 'patches:', '- target: {kind: Secret}', '  patch: \'[{"op": "add", "path": "/metadata/labels/a", "value": "b"}]\''],
    ['fields that look alike', 'patches:', '- target: {kind: Secret}', '  patch: \'[{"op": "add", "path": "/database", "value": "b"}]\''],
    ['values that it removes', 'patches:', '- target: {kind: Secret}', '  patch: \'[{"op": "remove", "path": "/data/p"}]\''],
    ['empty values', 'patches:', '- target: {kind: Secret}', '  patch: \'[{"op": "add", "path": "/data", "value": {"p": ""}}]\''],
    ['a ConfigMap by its own name', 'patches:', '- patch: |-', '    kind: ConfigMap', '    metadata: {name: x}', '    data: {a: b}'],
    ['a ConfigMap by a generator', 'configMapGenerator: [{name: x, literals: [a=b]}]'],
    ['a replacement from another object', 'replacements:', '- source: {kind: Secret, name: a}', '  targets: [{select: {kind: Secret}, fieldPaths: [data.p]}]'],
  ])('is no finding for %s', async (_what, ...lines) => {
    expect(await filesWithSecrets(kustomization(...lines))).toEqual([]);
  });
});

describe('the time that it takes', () => {
  it.each([
    ['Secret at the ends of words', 'a Secret '.repeat(300_000)],
    ['kinds without end', 'kind: '.repeat(400_000)],
    ['tags without end', '!'.repeat(2_000_000)],
    ['tags before the kind', `${'!x'.repeat(500_000)} Secret`.repeat(2)],
    ['blanks before the kind', `x${' '.repeat(1_000_000)}Secret`],
    ['backslashes', '\\'.repeat(2_000_000)],
    ['line ends that escape', '\\\n'.repeat(1_000_000)],
    ['quotes in text that is no YAML', `kind:\n  Secret\n: }${'"a'.repeat(300_000)}`],
    ['marker-like lines', '---\n'.repeat(100_000)],
    ['data without entries', `kind: Secret\n${'data:\n'.repeat(200_000)}{{`],
    ['flow mappings without end', `kind: Secret\n${'data: {"a'.repeat(50_000)} {{`],
    ['flow mappings on one line', `kind: Secret\n${'data: {a: ""}, '.repeat(60_000)} {{`],
    ['assignments without end', `kind: Secret\n{{ $a := ${' '.repeat(500_000)}x }}${'{{ $a := "" }}'.repeat(20_000)}`],
  ])('is short for %s', async (_what, text) => {
    const started = process.cpuUsage();

    expect(await filesWithSecrets({ 'a.txt': text })).toEqual([]);

    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(3);
  });
});
