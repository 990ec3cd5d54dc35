import { describe, expect, it } from 'vitest';
import { secretsOf, type Tree } from './testing/linted-files.ts';

const head = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n';
const inTemplate = (body: string): Tree => ({ 'Chart.yaml': 'name: x\n', 'templates/s.yaml': `${head}${body}` });
const sops = 'ENC[AES256_GCM,data:YQ==,iv:aXY=,tag:dGFn,type:str]';

async function keysOf(tree: Tree): Promise<readonly string[]> {
  return (await secretsOf(tree)).map(({ key }) => key);
}

describe('a value is found in a template', () => {
  it.each([
    ['behind a comment with a value from outside', 'stringData:\n  p: letmein # {{ .Values.p }}\n'],
    ['with a hash sign in its quotes', 'stringData:\n  p: "letmein # {{ "x" }}"\n'],
    ['with a hash sign in single quotes', "stringData:\n  p: 'let #mein'\n  x: {{ .Values.x }}\n"],
    ['with a hash sign inside a word', 'stringData:\n  p: let#{{ "me" }}in\n'],
    ['that begins behind a comment of the template', 'stringData:\n  {{/* x */}}p: letmein\n'],
    ['before a comment of the template', 'stringData:\n  p: letmein {{- /* .Values.p */ -}}\n'],
    ['between two comments', 'stringData:\n  {{/* a */}}\n  p: letmein\n  {{/* b */}}\n'],
    ['between texts that look like the ends of a comment', 'stringData:\n  a: {{ "{{/*" }}{{ .Values.a }}\n  p: letmein\n  b: {{ "*/}}" }}{{ .Values.b }}\n'],
    ['after braces in a text', 'stringData:\n  a: {{ .Values.a | default "}}" }}\n  p: letmein\n'],
    ['in a block whose comment has a value from outside', 'stringData:\n  p: |\n    # {{ .Values.p }}\n    letmein\n'],
    ['in a block whose header has a comment', 'stringData:\n  p: | # {{ .Values.p }}\n    letmein\n'],
    ['in a block with a comment of its own', 'stringData:\n  p: |\n    # the password\n    {{ "letmein" }}\n'],
    ['in a block that is nothing but a hash sign and the value', 'stringData:\n  p: |\n    #letmein\n  x: {{ .Values.x }}\n'],
    ['in a block before further entries', 'stringData:\n  p: |\n    letmein\n{{ include "more" . | nindent 2 }}\n'],
    ['in a line of a configuration that a template fills elsewhere', 'stringData:\n  p: |\n    host: {{ .Values.h }}\n    client_secret: letmein\n'],
    ['of a private key in such a configuration', 'stringData:\n  p: |\n    host: {{ .Values.h }}\n    -----BEGIN EC PRIVATE KEY-----\n    MHcC\n'],
    ['of an address in such a configuration', 'stringData:\n  p: |\n    host: {{ .Values.h }}\n    uri: amqp://app:letmein@db\n'],
    ['before further entries', 'stringData:\n  p: letmein\n  {{- include "more" . | nindent 2 }}\n'],
    ['on the next line', 'stringData:\n  p:\n    letmein\n  x: {{ .Values.x }}\n'],
    ['on the line after a comment', 'stringData:\n  p: # {{ .Values.p }}\n    letmein\n'],
    ['with a tag', 'stringData:\n  p: !!str letmein\n  x: {{ .Values.x }}\n'],
    ['with an anchor', 'stringData:\n  p: &a letmein\n  x: {{ .Values.x }}\n'],
    ['in binaryData', 'binaryData:\n  p: bGV0bWVpbg==\n  x: {{ .Values.x }}\n'],
    ['in flow style', 'stringData: {x: {{ .Values.x }}, p: letmein}\n'],
    ['in flow style over lines', 'stringData: {\n  x: {{ .Values.x | quote }},\n  p: "let,mein"\n}\n'],
    ['with a quoted key', 'stringData:\n  "p": letmein\n  x: {{ .Values.x }}\n'],
    ['of a variable that is given nothing else', '{{- $secret := "letmein" }}\nstringData:\n  p: {{ $secret | quote }}\n'],
    ['of a variable that is given another such variable', '{{- $a := "letmein" -}}{{- $b := $a }}\nstringData:\n  p: {{ print $b }}\n'],
    ['that is merely replaced in', 'stringData:\n  p: {{ "letyouin" | replace "you" "me" }}\n'],
    ['that tpl has nothing to do with', 'stringData:\n  p: {{ tpl "letmein" . }}\n'],
    ['in a branch', 'stringData:\n  {{- if .Values.p }}\n  p: letmein\n  {{- end }}\n'],
    ['in an action that only decides', 'stringData:\n  p: {{ if .Values.p }}letmein{{ end }}\n'],
    ['that an action in a comment begins a line with', 'stringData:\n  # x {{ "\\n  p: letmein" }}\n  x: {{ .Values.x }}\n'],
    ['that an action writes as an entry', 'stringData:\n  {{- "p: letmein" | nindent 2 }}\n  x: {{ .Values.x }}\n'],
    ['that a raw text writes', 'stringData:\n  x: {{ .Values.x }} # {{ `\n  p: letmein` }}\n'],
    ['among lines that no comment ends', 'stringData:\n  {{ /* .Values.x }}\n  p: letmein\n'],
    ['of an address in a line that a template fills elsewhere', 'stringData:\n  p: amqp://app:letmein@{{ .Values.h }}/x\n'],
    ['of a parameter in such a line', 'stringData:\n  p: "Password=letmein;Server={{ .Values.h }}"\n'],
    ['behind a variable that is only set', 'stringData:\n  p: {{ $x := .Values.x }}letmein\n'],
    ['of a variable that is set on its line', 'stringData:\n  p: {{ $x := "letmein" }}{{ $x }}\n'],
    ['of a number', 'stringData:\n  p: 12345678\n  x: {{ .Values.x }}\n'],
    ['that a number makes', 'stringData:\n  p: {{ 12345678 | quote }}\n'],
    ['under a type that another branch makes', 'type: servicebinding.io/mysql\n{{ if .Values.x }}\ndata:\n  password: {{ "mysql" | b64enc }}\n{{ end }}\n'],
  ])('%s', async (_, body) => {
    expect(await keysOf(inTemplate(body))).toEqual([expect.stringMatching(/^p/)]);
  });

  it.each([
    ['is an expression', 'kind: Secret', 'kind: {{ "Secret" }}'],
    ['is chosen', 'kind: Secret', 'kind: {{ ternary "Secret" "ConfigMap" .Values.x }}'],
    ['is computed', 'kind: Secret', 'kind: {{ .Values.kind }}'],
    ['is quoted', 'kind: Secret', '"kind" : \'Secret\''],
  ])('whose kind %s', async (_, from, to) => {
    const template = `${head}stringData:\n  p: letmein\n  x: {{ .Values.x }}\n`.replace(from, to);

    expect(await keysOf({ 'Chart.yaml': 'name: x\n', 'templates/s.yaml': template })).toEqual(['p']);
  });

  it.each([
    ['a list', `apiVersion: v1\nkind: List\nitems:\n{{- if .Values.x }}\n- apiVersion: v1\n  kind: Secret\n  stringData:\n    p: letmein\n{{- end }}\n`],
    ['JSON', '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "{{ .Release.Name }}"}, "stringData": {"p": "letmein", "x": "{{ .Values.x }}"}}'],
    ['JSON over lines', '{\n  "kind": "Secret",\n  "metadata": {"name": {{ .Release.Name | quote }}},\n  "data":\n  {\n    "p": "bGV0bWVpbg=="\n  }\n}'],
    ['a later document', `kind: Service\nx: {{ .Values.x }}\n---\n${head}stringData:\n  p: letmein\n  x: {{ .Values.x }}\n`],
    ['a document after one that sets a variable', `{{- $s := "letmein" }}\nkind: Service\n---\n${head}stringData:\n  p: {{ $s }}\n`],
    ['a named template', `{{- define "x" }}\n${head}stringData:\n  p: letmein\n{{- end }}\n`],
    ['a text that a template renders', 'kind: ConfigMap\ndata: {}\n---\nx: {{ tpl `\nkind: Secret\nstringData:\n  p: letmein\n` . }}\n'],
  ])('in %s', async (_, template) => {
    expect(await keysOf({ 'Chart.yaml': 'name: x\n', 'templates/s.yaml': template })).toEqual(['p']);
  });
});

describe('a value is found in a manifest', () => {
  it.each([
    ['behind a hash sign in quotes', 'stringData: {p: "let # mein"}\n'],
    ['in a block with a hash sign', 'stringData:\n  p: |\n    #letmein\n'],
    ['between what would be comments of a template', 'stringData:\n  a: "{{/*"\n  p: letmein\n  b: "*/}}"\n'],
    ['that looks like one of SOPS', 'stringData: {p: "ENC[letmein]"}\n'],
    ['behind one of SOPS', `stringData: {p: "${sops}letmein"}\n`],
    ['that a variable has for its default', 'stringData: {p: "${X:-letmein}"}\n'],
    ['that a variable is required with', 'stringData: {p: "${X:?letmein}"}\n'],
    ['before a variable', 'stringData: {p: "letmein1${X}"}\n'],
    ['with a dollar sign', 'stringData: {p: "$ecret"}\n'],
    ['with a dollar sign and capitals', 'stringData: {p: "$ECR3T"}\n'],
    ['in angle brackets that nothing looks up', 'stringData: {p: <letmein>}\n'],
    ['behind a path that is looked up', 'stringData: {p: "<path:a/b#c>letmein1"}\n'],
    ['beside a line with a variable', 'stringData:\n  p: |\n    host: ${H}\n    password: letmein\n'],
    ['in an address beside a variable', 'stringData: {p: "https://bot:letmein@${HOST}/x"}\n'],
    ['of a private key beside a variable', 'stringData:\n  p: |\n    ${H}\n    -----BEGIN RSA PRIVATE KEY-----\n    abc\n'],
    ['of a parameter before a variable', 'stringData: {p: "user=app password=letmein host=${HOST}"}\n'],
    ['of a parameter in an address before a variable', 'stringData: {p: "postgresql://db/app?password=letmein&host=${HOST}"}\n'],
    ['of a parameter between semicolons', 'stringData: {p: "Server=db;Password=letmein;Database=${DB}"}\n'],
    ['of a path in an address', 'stringData: {p: "https://${HOST}/services/T00000/B0lQ4kXw9RrZ7tYpV2mNc8"}\n'],
    ['of a user without a password', 'stringData: {p: "https://tok_9fK2mQ7xW4rT8yB1nC5vZ3@${HOST}/x.git"}\n'],
    ['of a token under a name that says nothing', 'stringData:\n  p: |\n    host: ${H}\n    x: Zk9fK2mQ7xW4rT8yB1nC5vZ3\n'],
    ['under a short name', 'stringData:\n  p: |\n    host = ${H}\n    DB_PASS = letmein\n'],
    ['in a line of redis.conf', 'stringData:\n  p: |\n    bind ${H}\n    requirepass letmein\n'],
    ['in a line of .netrc', 'stringData:\n  p: |\n    machine ${H} login app\n    machine b login app password letmein\n'],
    ['in an element', 'stringData:\n  p: |\n    <user>${U}</user>\n    <password>letmein</password>\n'],
    ['of an account, by a label that another kind of Secret has', 'stringData: {p: git}\n'],
    ['in base64, a variable and more', `data: {p: ${Buffer.from('${X}letmein1').toString('base64')}}\n`],
    ['in binaryData', 'binaryData: {p: bGV0bWVpbg==}\n'],
  ])('%s', async (_, body) => {
    expect(await keysOf({ 's.yaml': `${head}${body}` })).toContain('p');
  });

  const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
  const bare = 'metadata: {name: db}, stringData: {p: letmein}';
  it.each([
    ['in a list of Secrets', `apiVersion: v1\nkind: SecretList\nitems: [{${bare}}]\n`],
    ['in a list of Secrets that says so last', `apiVersion: v1\nitems: [{${bare}}]\nkind: "SecretList"`],
    ['that kubectl keeps in an annotation', `${head}  annotations:\n    ${lastApplied}: |\n      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"p":"letmein"}}\n`],
  ])('%s', async (_, text) => {
    expect((await secretsOf({ 's.yaml': text })).map(({ exception }) => exception)).toEqual(['s.yaml#Secret/db/p']);
  });

  it('never in an annotation of a Secret whose values are placeholders there, too', async () => {
    const applied = '{"apiVersion":"v1","kind":"Secret","stringData":{"p":"${P}"}}';

    expect(await keysOf({ 's.yaml': `${head}  annotations: {${lastApplied}: '${applied}'}\nstringData: {p: "\${P}"}\n` })).toEqual([]);
  });

  it.each([
    ['bytes of a keystore', Buffer.from(Array.from({ length: 256 }, (_, at) => at))],
    ['a text with a NUL', Buffer.from('letmein\0')],
    ['bytes with what looks like a variable', Buffer.from('\x01\x02$A \n\x03')],
    ['bytes that are no text', Buffer.from([0xff, 0x24, 0x41, 0x20, 0xfe])],
  ])('in base64, %s', async (_, bytes) => {
    expect(await keysOf({ 's.yaml': `${head}data: {p: ${bytes.toString('base64')}}\n` })).toEqual(['p']);
    expect(await keysOf(inTemplate(`data:\n  p: ${bytes.toString('base64')}\n  x: {{ .Values.x }}\n`))).toEqual(['p']);
  });

  it.each([
    ['a type of a binding that is not the one it says', 'servicebinding.io/redis', 'type', 'letmein'],
    ['a provider with a digit', 'servicebinding.io/redis', 'provider', 'letme1n'],
    ['a host that is none', 'servicebinding.io/redis', 'host', 'letmein'],
    ['a user of its own', 'servicebinding.io/redis', 'username', 'letmein'],
    ['a key that is no constant', 'servicebinding.io/redis', 'certificates', 'letmein'],
    ['a type that only begins alike', 'servicebinding.iox/redis', 'provider', 'acme'],
    ['a key of an object of JavaScript', 'servicebinding.io/redis', 'constructor', 'letmein'],
  ])('%s', async (_, type, key, value) => {
    expect(await keysOf({ 's.yaml': `${head}type: ${type}\nstringData: {${key}: ${value}}\n` })).toEqual([key]);
  });
});

describe('a value is found for a generator', () => {
  const env = `P=${sops}\nsops_mac=${sops}\nsops_version=3.9.0\n`;
  const kustomization = 'secretGenerator: [{name: a, envs: [app.env]}]\n';

  it.each([
    ['beside encrypted ones', `Q=letmein\n${env}`, ['Q']],
    ['under a name like SOPS has them', `sops_password=letmein\n${env}`, ['sops_password']],
    ['without any encryption', 'P=letmein\nQ=${Q}\n', ['P']],
    ['with metadata and no MAC', `P=letmein\nsops_version=3.9.0\n`, ['P', 'sops_version']],
    ['quoted', 'P="letmein"\n', ['P']],
    ['with an equals sign', 'P=a=b\n', ['P']],
    ['that only an expression leaves plain', `Q=letmein\nsops_encrypted_regex=^P\n${env}`, ['Q']],
  ])('%s', async (_, text, keys) => {
    expect(await keysOf({ 'kustomization.yaml': kustomization, 'app.env': text })).toEqual(keys);
  });

  it('never where SOPS leaves a key plain by its suffix', async () => {
    const text = `HOST_unencrypted=db\nsops_unencrypted_suffix=_unencrypted\n${env}`;

    expect(await keysOf({ 'kustomization.yaml': kustomization, 'app.env': text })).toEqual([]);
    expect(await keysOf({ 'kustomization.yaml': kustomization, 'app.env': text.replace('HOST_unencrypted', 'HOST') })).toEqual(['HOST']);
  });

  const tree = `a: ${sops}\nsops: {mac: "${sops}", version: 3.9.0}\n`;
  it.each([
    ['a plain file', 'letmein', true],
    ['an encrypted file', tree, false],
    ['encrypted JSON of what was binary', `{"data": "${sops}", "sops": {"mac": "${sops}", "version": "3.9.0"}}`, false],
    ['an encrypted INI file', `[db]\np = ${sops}\n[sops]\nmac = ${sops}\nversion = 3.9.0\n`, false],
    ['an INI file with a plain value', `[db]\np = letmein\n[sops]\nmac = ${sops}\nversion = 3.9.0\n`, true],
    ['an INI file without a MAC', `[db]\np = ${sops}\n`, true],
    ['an encrypted env file', env, false],
    ['an empty file', '', false],
    ['a number beside encrypted values', `n: 5\n${tree}`, true],
    ['a plain value in a list', `n: [letmein]\n${tree}`, true],
    ['a second document without metadata', `${tree}---\nb: ${sops}\n`, true],
    ['a value among the metadata', tree.replace('version:', 'password: letmein, version:'), true],
    ['metadata without a MAC', `a: letmein\nsops: {version: 3.9.0}\n`, true],
    ['a plain key with the suffix', `h_unencrypted: db\n${tree.replace('version:', 'unencrypted_suffix: _unencrypted, version:')}`, false],
  ])('in files only where they are not encrypted whole: %s', async (_, text, isFound) => {
    const found = await keysOf({ 'k/kustomization.yaml': 'secretGenerator: [{name: a, files: [k=../v/f]}]\n', 'v/f': text });

    expect(found).toEqual(isFound ? ['k'] : []);
  });

  it('that is configured in a file of its own, wherever kustomize may read', async () => {
    const generator = 'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: a}\nenvs: [app.env]\n';
    const files = { 'kustomization.yaml': 'generators: [g/g.yaml]\n', 'g/g.yaml': generator };

    expect(await keysOf({ ...files, 'g/app.env': env, 'app.env': 'P=letmein\n' })).toEqual(['P']);
    expect(await keysOf({ ...files, 'app.env': env })).toEqual([]);
  });

  it('in a file that the package does not hold', async () => {
    expect(await keysOf({ 'kustomization.yaml': kustomization })).toEqual(['app.env']);
  });
});

describe('text that is shown to people', () => {
  const example = `# How\n---\n${head}stringData:\n  p: letmein\n---\n`;
  const notes = `{{ .Release.Name }} is there\n\n${head}stringData:\n  p: letmein\n`;
  const base = { 'Chart.yaml': 'name: x\n', 'templates/NOTES.txt': notes };
  const docs = { 'Chart.yaml': 'name: x\n', 'docs/a.md': example };

  it('is not looked at', async () => {
    expect(await keysOf({ ...base, ...docs, 'templates/a.yaml': '{{ .Files.Get "a.json" }}{{ include (print $.Template.BasePath "/a.yaml") . }}' })).toEqual([]);
  });

  it.each<readonly [string, Tree]>([
    ['a template takes it in by its name', { ...base, 'templates/a.yaml': '{{ include "x/templates/NOTES.txt" . }}' }],
    ['a template takes it in by a name that it computes', { ...base, 'templates/a.yaml': '{{ include (print .Template.BasePath "/" .Values.f) . }}' }],
    ['it defines templates', { ...base, 'templates/NOTES.txt': `{{ define "s" }}\n${notes}{{ end }}` }],
    ['a kustomization names it', { ...base, 'kustomization.yaml': 'resources: [./templates/NOTES.txt]\n' }],
    ['a kustomization of another directory names it', { ...docs, 'k/kustomization.yaml': 'resources: [../docs/a.md]\n' }],
    ['it only looks like notes', { 'Chart.yaml': 'name: x\n', 'templates/NOTES.txt.yaml': notes }],
    ['no chart is around it', { 'templates/NOTES.txt': example }],
    ['a template reads it', { ...docs, 'templates/a.yaml': '{{ .Files.Get "docs/a.md" }}' }],
    ['a template reads what it computes', { ...docs, 'templates/a.yaml': '{{ .Files.Get .Values.f }}' }],
    ['a template reads all files', { ...docs, 'templates/a.yaml': '{{ (.Files.Glob "docs/*").AsSecrets }}' }],
    ['it is a template', { 'Chart.yaml': 'name: x\n', 'templates/a.md': notes }],
    ['it is a template of a subchart', { 'charts/y/Chart.yaml': 'name: y\n', 'charts/y/templates/deep/a.md': notes }],
    ['a template of any name is meant', { 'Chart.yaml': 'name: x\n', 'templates/a.txt': notes }],
  ])('is looked at where %s', async (_, tree) => {
    expect(await keysOf(tree)).toEqual(['p']);
  });
});
