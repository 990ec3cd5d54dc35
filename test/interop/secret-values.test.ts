import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { exceptionsOf } from '../../packages/packer/src/lint/testing/linted-files.ts';
import { runToSuccess } from './support/run-program.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { toolPath } from './tools.ts';

// What the packer's lint says of a text, held against what Helm and kustomize make of it.
let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

type Tree = Readonly<Record<string, string>>;

function write(tree: Tree): string {
  const at = mkdtempSync(join(folder.path, 'package-'));
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  return at;
}

/** The values of the Secrets that a program renders, decoded. */
function valuesIn(rendered: string): Readonly<Record<string, string>> {
  const documents = parseAllDocuments(rendered);
  const secrets = (Array.isArray(documents) ? documents : []).map((each): Record<string, never> => each.toJS() ?? {}).filter(({ kind }) => kind === 'Secret');
  const decoded = secrets.flatMap(({ data = {} }) => Object.entries(data).map(([key, text]) => [key, Buffer.from(String(text), 'base64').toString()]));
  return Object.fromEntries([...decoded, ...secrets.flatMap(({ stringData = {} }) => Object.entries(stringData))]);
}

const head = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n';
const chart = (template: string, rest: Tree = {}): Tree => ({
  'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 0.1.0\n',
  'values.yaml': 'p: given\nx: given\n',
  'templates/s.yaml': template,
  ...rest,
});

describe.each(['helm', 'helm3'] as const)('%s', (helm) => {
  const render = (tree: Tree): Promise<string> =>
    runToSuccess(toolPath(helm), ['template', 'r', write(tree)], { cwd: folder.path, env: { HOME: folder.path } });

  test.each([
    ['after a comment of YAML with an action', `${head}stringData:\n  p: letmein # {{ .Values.p }}\n`],
    ['right after a comment of the template', `${head}stringData:\n  {{/* x */}}p: letmein\n`],
    ['between texts that look like the ends of a comment', `${head}stringData:\n  a: {{ "{{/*" | quote }}\n  p: letmein\n  b: {{ "*/}}" | quote }}\n`],
    ['after a text with braces', `${head}stringData:\n  a: {{ .Values.p | default "}}" }}\n  p: letmein\n`],
    ['in a block with a comment in it', `${head}stringData:\n  p: |\n    # {{ .Values.p }}\n    letmein\n`],
    ['with a hash sign', `${head}stringData:\n  p: "letmein # {{ "x" }}"\n  x: {{ .Values.x }}\n`],
    ['by a variable', `{{- $p := "letmein" }}\n${head}stringData:\n  p: {{ $p }}\n`],
    ['by a variable of an earlier document', `{{- $p := "letmein" }}\nkind: List\n---\n${head}stringData:\n  p: {{ $p }}\n`],
    ['in a branch', `${head}stringData:\n  p: {{ if .Values.p }}letmein{{ end }}\n`],
    ['on the next line', `${head}stringData:\n  p:\n    letmein\n  x: {{ .Values.x }}\n`],
    ['encoded', `${head}data:\n  p: {{ print "letmein" | b64enc | quote }}\n`],
    ['in JSON', '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "{{ .Release.Name }}"}, "stringData": {"p": "letmein", "x": "{{ .Values.x }}"}}'],
    ['with a kind that is an expression', `${head.replace('kind: Secret', 'kind: {{ "Secret" }}')}stringData:\n  p: letmein\n`],
    ['by an action in a comment', `${head}stringData:\n  # x {{ "\\n  p: letmein" }}\n  x: {{ .Values.x }}\n`],
    ['by an action that writes an entry', `${head}stringData:\n  {{- "p: letmein" | nindent 2 }}\n  x: {{ .Values.x }}\n`],
    ['by tpl', `${head}stringData:\n  p: {{ tpl "letmein" . }}\n`],
  ])('renders a value that is found %s', async (_, template) => {
    expect(valuesIn(await render(chart(template)))['p']).toContain('letmein');
    expect(await exceptionsOf(chart(template))).toEqual(expect.arrayContaining([expect.stringMatching(/\/p$/)]));
  });

  test.each([
    ['a comment of YAML', `${head}stringData:\n  # q: letmein\n  p: {{ .Values.p }}\n`],
    ['a comment at the end of a line', `${head}stringData:\n  p: {{ .Values.p }} # letmein\n`],
    ['a comment of the template', `${head}stringData:\n  {{- /*\n  q: letmein\n  */}}\n  p: {{ .Values.p }}\n`],
    ['a comment of the template in a block', `${head}stringData:\n  p: |\n    {{/* letmein */}}\n    {{ .Values.p }}\n`],
  ])('applies nothing of what is no finding: %s', async (_, template) => {
    expect(JSON.stringify(valuesIn(await render(chart(template))))).not.toContain('letmein');
    expect(await exceptionsOf(chart(template))).toEqual([]);
  });

  const notes = `${head}stringData:\n  p: letmein\n`;
  test('applies no notes, wherever they lie among the templates', async () => {
    const tree = chart('kind: ConfigMap\n', { 'templates/NOTES.txt': notes, 'templates/deep/MORE-NOTES.txt': notes });

    expect(valuesIn(await render(tree))).toEqual({});
    expect(await exceptionsOf(tree)).toEqual([]);
  });

  test('applies notes that a template takes in, and any other text among the templates', async () => {
    const included = chart('{{ include (print $.Template.BasePath "/NOTES.txt") . }}', { 'templates/NOTES.txt': notes });
    const text = chart('kind: ConfigMap\n', { 'templates/how.md': notes });

    for (const tree of [included, text]) {
      expect(valuesIn(await render(tree))).toEqual({ p: 'letmein' });
      expect(await exceptionsOf(tree)).toHaveLength(1);
    }
  });

  test('refuses what is no comment to it', async () => {
    await expect(render(chart(`${head}stringData:\n  {{ /* .Values.x */ }}\n  p: letmein\n`))).rejects.toThrow(/parse|unexpected/);
    await expect(render(chart(`${head}stringData:\n  {{-  /* x */}}\n  p: letmein\n`))).rejects.toThrow(/parse|unexpected/);
  });
});

describe.each(['kustomize', 'kustomize571'] as const)('%s', (kustomize) => {
  const build = (tree: Tree): Promise<string> => runToSuccess(toolPath(kustomize), ['build', write(tree)], { cwd: folder.path, env: { HOME: folder.path } });
  const generator = 'secretGenerator: [{name: a, envs: [app.env]}]\n';

  test.each([
    ['P=letmein\n', { P: 'letmein' }],
    ['# Q=letmein\nP=a=b\n', { P: 'a=b' }],
    ['  P=letmein\n\nQ=\n', { P: 'letmein', Q: '' }],
  ])('reads the env file %j as the lint does', async (env, values) => {
    const tree = { 'kustomization.yaml': generator, 'app.env': env };

    expect(valuesIn(await build(tree))).toEqual(values);
    const filled = Object.entries(values).filter(([, value]) => value !== '');
    expect(await exceptionsOf(tree)).toEqual(filled.map(([key]) => `kustomization.yaml#SecretGenerator/a/${key}`));
  });

  test('reads the files of a generator that has a file of its own from the kustomization', async () => {
    const configured = 'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: a}\nenvs: [app.env]\n';
    const tree = { 'kustomization.yaml': 'generators: [g/g.yaml]\n', 'g/g.yaml': configured, 'g/app.env': 'P=\n', 'app.env': 'P=letmein\n' };

    expect(valuesIn(await build(tree))).toEqual({ P: 'letmein' });
    expect(await exceptionsOf(tree)).toEqual(['g/g.yaml#SecretGenerator/a/P']);
  });
});
