import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsOf } from './testing/linted-files.ts';

async function keysIn(text: string | Uint8Array, path = 'a.yaml'): Promise<readonly string[]> {
  return (await secretsOf({ [path]: text })).map(({ name, key }) => `${name}/${key}`);
}

const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: aHVudGVyMg==\n';

describe('findSecrets', () => {
  it.each([
    ['YAML', secret],
    ['a later document', `kind: ConfigMap\n---\n# x\n${secret}--- # end\nkind: Service`],
    ['CRLF lines', `kind: A\r\n---\r\n${secret.replaceAll('\n', '\r\n')}`],
    ['quoted kinds', secret.replace('kind: Secret', '"kind": \'Secret\'')],
    ['flow style', '{apiVersion: v1, kind: Secret, metadata: {name: db}, data: {password: eA==}}'],
    [
      'JSON',
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { password: 'x' } }),
    ],
    ['a list', `apiVersion: v1\nkind: List\nitems:\n- ${secret.trim().replaceAll('\n', '\n  ')}`],
    [
      'a JSON list',
      JSON.stringify({
        kind: 'SecretList',
        items: [{ kind: 'Secret', metadata: { name: 'db' }, data: { password: 'x' } }],
      }),
    ],
    ['anchors', 'x: &x {password: eA==}\nkind: Secret\napiVersion: v1\nmetadata: {name: db}\ndata: {<<: *x}'],
    ['duplicate keys', `${secret}data:\n  password: eA==\n`],
    ['secretGenerator literals', 'secretGenerator: [{name: db, literals: [password=x]}]'],
    ['secretGenerator in another case', 'SecretGenerator: [{name: db, literals: [password=x]}]'],
    ['secretGenerator files', 'secretGenerator: [{name: db, files: [password=a.txt]}]'],
    [
      'a generator configuration',
      'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: db}\nliterals: [password=x]',
    ],
    ['a patch in a kustomization', `patches:\n- patch: |\n    ${secret.replaceAll('\n', '\n    ')}`],
    ['YAML that cannot be parsed', `${secret}x: [`],
    ['a template', `{{- if .Values.on }}\n${secret}{{- end }}`],
    ['a template that only encodes', secret.replace('aHVudGVyMg==', '{{ "hunter2" | b64enc | quote }}')],
    [
      'a template with a text block',
      secret.replace('aHVudGVyMg==', '|\n    line\n{{- if .Values.x }}\n    line\n{{- end }}'),
    ],
    ['a template in flow style', 'kind: Secret\nmetadata:\n  name: db\nstringData: {password: x}\nx: {{ .Values.x }}'],
  ])('finds a Secret in %s', async (_, text) => {
    expect(await keysIn(text)).toEqual(['db/password']);
  });

  it.each([
    ['no data', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\n'],
    ['empty data', secret.replace('password: aHVudGVyMg==', 'password: ""')],
    ['data that is empty', 'kind: Secret\ndata: {}\nstringData:\n'],
    ['values that SOPS encrypted', secret.replace('aHVudGVyMg==', 'ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]')],
    ['another kind', secret.replace('kind: Secret', 'kind: SealedSecret')],
    ['a kind that begins alike', secret.replace('kind: Secret', 'kind: SecretStore')],
    ['another group', secret.replace('apiVersion: v1', 'apiVersion: example.com/v1')],
    ['a ConfigMap beside an empty Secret', 'kind: Secret\n---\nkind: ConfigMap\ndata:\n  a: b'],
    ['a reference to a Secret', 'kind: Issuer\nspec: {ref: {kind: Secret, data: x}}'],
    ['a template that takes its values', secret.replace('aHVudGVyMg==', '{{ .Values.password | b64enc | quote }}')],
    ['a quoted template', secret.replace('aHVudGVyMg==', '"{{ .Values.password }}"')],
    ['a template that makes its values', secret.replace('aHVudGVyMg==', '{{ randAlphaNum 16 | b64enc }}')],
    [
      'a template that loops',
      'kind: Secret\ndata:\n  {{- range $k, $v := .Values.all }}\n  {{ $k }}: {{ $v | b64enc }}\n  {{- end }}\n',
    ],
    ['a template that includes', 'kind: Secret\ndata:\n{{ toYaml .Values.data | indent 2 }}\ntype: Opaque'],
    [
      'a text block with templates',
      'kind: Secret\nstringData:\n  app.ini: |\n    user = app\n    password = {{ .Values.password }}\n',
    ],
    [
      'a text block that a template fills',
      'kind: Secret\nstringData:\n  app.ini: |\n{{ .Values.config | indent 4 }}\n',
    ],
    ['nothing', ''],
  ])('lets pass %s', async (_, text) => {
    expect(await keysIn(text)).toEqual([]);
  });

  it('looks into files of every name', async () => {
    const found = await secretsOf({ README: secret, 'a.yaml': secret, 'templates/x.md': secret, 'b.yml': secret, 'Chart.yaml': 'name: x\n' });

    expect(found.map(({ file }) => file)).toEqual(['README', 'a.yaml', 'templates/x.md', 'b.yml']);
  });

  it('takes well under a second for megabytes of other kinds', async () => {
    const crd = `kind: CustomResourceDefinition\nspec:\n${'  description: a Secret is a kind\n'.repeat(60_000)}`;

    const started = performance.now();
    const found = await keysIn(`${crd}---\n${secret}---\n${crd}`);

    expect(found).toEqual(['db/password']);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('ends in time for megabytes that name the kind', async () => {
    const started = performance.now();
    await keysIn(`kind: Secret\ndata:\n${'  a: {{ .x }}\n'.repeat(200_000)}`);
    await keysIn(`kind: Secret\n${'data:\n'.repeat(100_000)}{{`);

    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('never throws, whatever the bytes', async () => {
    const pieces = fc.constantFrom(
      'kind: Secret',
      'data:',
      'stringData: ',
      '\n',
      '  ',
      'a: b',
      '{{',
      '}}',
      '---\n',
      '|',
      '- ',
      '{',
      '}',
      '"',
      ' .x ',
      '&a ',
      '*a',
      'items:',
      'kind: List\n',
    );
    const text = fc.array(pieces).map((parts) => `kind: Secret\n${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), text), async (content) => {
        expect(Array.isArray(await keysIn(content))).toBe(true);
      }),
    );
  });
});
