import { describe, expect, it } from 'vitest';
import { exceptionsOf, type Tree } from './testing/linted-files.ts';

const sops = (text: string): string => `ENC[AES256_GCM,data:${text},iv:aXY=,tag:dGFn,type:str]`;
const job = ['kind: Job', 'spec:', '  args:', '  - |', '    cat <<EOF | kubectl create -f -', '    apiVersion: v1', '    kind: Secret'].join('\n');
const secretOf = (data: string, rest = ''): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db${rest}\n${data}`;
const argo = (type: string): string => `\n  labels:\n    argocd.argoproj.io/secret-type: ${type}`;
const chart = (template: string): Tree => ({ 'Chart.yaml': 'name: x\n', 'templates/s.yaml': template });

interface Shape {
  readonly shape: string;
  readonly tree: Tree;
  /** A text of the package, and the one that gives a value away in its place. */
  readonly plant: readonly [from: string, to: string];
  readonly found: string;
}

const inTemplates = 'templates/s.yaml#Secret/db/';

// Each package is accepted as it is, and refused for the one value that is then planted beside what is accepted.
const shapes: readonly Shape[] = [
  {
    shape: 'a comment among the values of a template',
    tree: chart(secretOf('data:\n  {{- if .Values.p }}\n  # Note: made by an operator\n  p: {{ .Values.p | b64enc }}\n  {{- end }}\n')),
    plant: ['# Note: made', 'note: made'],
    found: `${inTemplates}note`,
  },
  {
    shape: 'a comment of the template, over several lines',
    tree: chart(secretOf('stringData:\n  {{- /*\n  old: letmein\n  */}}\n  p: {{ .Values.p }}\n')),
    plant: ['  */}}', '  */}}\n  new: letmein'],
    found: `${inTemplates}new`,
  },
  {
    shape: 'a comment after a value from outside',
    tree: chart(secretOf('stringData:\n  p: {{ .Values.p }} # never letmein\n')),
    plant: ['{{ .Values.p }} #', 'letmein #'],
    found: `${inTemplates}p`,
  },
  {
    shape: 'constants of a service binding',
    tree: chart(secretOf('type: servicebinding.io/mysql\ndata:\n  type: {{ print "mysql" | b64enc }}\n  provider: {{ print "acme" | b64enc }}\n  uri: {{ .Values.uri | b64enc }}\n')),
    plant: ['{{ .Values.uri | b64enc }}', '{{ print "mysql://root:letmein@db" | b64enc }}'],
    found: `${inTemplates}uri`,
  },
  {
    shape: 'a service binding to the user that a database is delivered with',
    tree: chart(secretOf('type: servicebinding.io/postgresql\ndata:\n  username: {{ "postgres" | b64enc }}\n  database: {{ "postgres" | b64enc }}\n  password: {{ $p }}\n')),
    plant: ['"postgres" | b64enc }}\n  database', '"letmein1" | b64enc }}\n  database'],
    found: `${inTemplates}username`,
  },
  {
    shape: 'a service binding that is no template',
    tree: { 's.yaml': secretOf('type: servicebinding.io/redis\nstringData: {type: redis, provider: acme, host: redis.db.svc, port: "6379", password: ""}\n') },
    plant: ['password: ""', 'password: letmein'],
    found: 's.yaml#Secret/db/password',
  },
  {
    shape: 'a service binding in base64',
    tree: { 's.yaml': secretOf('type: servicebinding.io/redis\ndata: {type: cmVkaXM=, provider: YWNtZQ==}\n') },
    plant: ['cmVkaXM=', 'bGV0bWVpbg=='],
    found: 's.yaml#Secret/db/type',
  },
  {
    shape: 'a repository of Argo CD',
    tree: {
      's.yaml': secretOf(
        'stringData:\n  type: helm\n  url: https://charts.example.com\n  name: charts\n  enableOCI: "true"\n  project: web\n  password: ${CHARTS_PASSWORD}\n',
        argo('repository'),
      ),
    },
    plant: ['${CHARTS_PASSWORD}', 'letmein'],
    found: 's.yaml#Secret/db/password',
  },
  {
    shape: 'a repository of Argo CD whose address holds no credentials',
    tree: { 's.yaml': secretOf('stringData: {type: git, url: "git@git.example.com:web/app.git"}\n', argo('repo-creds')) },
    plant: ['git@git.example.com:web/app.git', 'https://bot:letmein@git.example.com/web/app.git'],
    found: 's.yaml#Secret/db/url',
  },
  {
    shape: 'a repository of Argo CD in a template',
    tree: chart(secretOf('stringData:\n  type: git\n  url: https://git.example.com/web.git\n  password: {{ .Values.p }}\n', argo('repository'))),
    plant: ['{{ .Values.p }}', '{{ "letmein" }}'],
    found: `${inTemplates}password`,
  },
  {
    shape: 'a cluster of Argo CD',
    tree: {
      's.yaml': secretOf(
        'stringData:\n  name: west\n  server: https://west.example.com:6443\n  namespaces: a,b\n  config: \'{"tlsClientConfig":{"insecure":false,"caData":"TUlJ"}}\'\n',
        argo('cluster'),
      ),
    },
    plant: ['"insecure":false', '"insecure":false,"keyData":"TUlJ"'],
    found: 's.yaml#Secret/db/config',
  },
  {
    shape: 'a credential of Kargo',
    tree: { 's.yaml': secretOf('stringData: {repoURL: "https://git.example.com/web.git", repoURLIsRegex: "false", password: ""}\n', '\n  labels: {kargo.akuity.io/cred-type: git}') },
    plant: ['password: ""', 'password: letmein'],
    found: 's.yaml#Secret/db/password',
  },
  {
    shape: 'a variable of a shell, in a script that makes the Secret',
    tree: chart(`${job}\n    metadata:\n      name: {{ .Release.Name }}\n    data:\n      token: $encoded_token\n      other: "\${made}"\n    EOF\n`),
    plant: ['$encoded_token', 'bGV0bWVpbg=='],
    found: 'templates/s.yaml#Secret/{{ .Release.Name }}/token',
  },
  {
    shape: 'variables that Flux or envsubst replaces',
    tree: { 's.yaml': secretOf('stringData:\n  a: ${db_password}\n  b: $DB_PASSWORD\n  c: "${A:=}"\n  d: ${A:-${B}}\n  e: postgresql://app:${P}@db:5432/app?sslmode=require\n') },
    plant: ['${A:=}', '${A:=letmein}'],
    found: 's.yaml#Secret/db/c',
  },
  {
    shape: 'a connection string with a variable for its password',
    tree: { 's.yaml': secretOf('stringData:\n  uri: amqp://app:${P}@${H}:5672/app\n') },
    plant: ['app:${P}@', 'app:letmein@'],
    found: 's.yaml#Secret/db/uri',
  },
  {
    shape: 'a configuration with variables',
    tree: { 's.yaml': secretOf('stringData:\n  app.ini: |\n    host = db\n    password = ${P}\n    timeout = 30\n') },
    plant: ['timeout = 30', 'api_key = letmein1'],
    found: 's.yaml#Secret/db/app.ini',
  },
  {
    shape: 'values of several words with a variable, and what only looks like the name of a secret',
    tree: {
      's.yaml': secretOf(
        'stringData:\n  app.ini: |\n    token: Bearer ${T}\n    token=bearer ${T}\n    secret = "a: ${S}"\n    bypass = all\n    compass: north\n    $secret->name(1)\n    if [ $token > 3 ]\n' +
          '    http2MaxConcurrentStreamsPerConnection = 1\n    sum = 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n',
      ),
    },
    plant: ['bypass = all', 'pass = all'],
    found: 's.yaml#Secret/db/app.ini',
  },
  {
    shape: 'lines with actions, and words around them',
    tree: chart(secretOf('stringData:\n  a: "host={{ .Values.h }};password={{ .Values.p }}"\n  b: redis://:{{ .Values.p }}@{{ .Values.h }}:6379/0\n  c: {{ $x := .Values.x }}{{ $x }}\n')),
    plant: ['password={{ .Values.p }}', 'password=letmein'],
    found: `${inTemplates}a`,
  },
  {
    shape: 'a configuration that a template fills',
    tree: chart(secretOf('stringData:\n  app.yaml: |\n    tokenTTL: 3600\n    passwordFile: /run/p\n    enablePassword: true\n    uri: amqp://{{ .Values.u }}:{{ .Values.p }}@db\n')),
    plant: ['tokenTTL: 3600', 'token: letmein1'],
    found: `${inTemplates}app.yaml`,
  },
  {
    shape: 'paths that argocd-vault-plugin looks up',
    tree: { 's.yaml': secretOf('stringData:\n  p: <path:kv/data/db#password>\n  q: <path:kv/data/db#key | base64encode>\n') },
    plant: ['<path:kv/data/db#password>', '<path:kv/data/db#password>letmein1'],
    found: 's.yaml#Secret/db/p',
  },
  {
    shape: 'keys that argocd-vault-plugin looks up below an annotated path',
    tree: { 's.yaml': secretOf('stringData: {p: <password>}\n', '\n  annotations: {avp.kubernetes.io/path: kv/data/db}') },
    plant: ['avp.kubernetes.io/path', 'example.com/path'],
    found: 's.yaml#Secret/db/p',
  },
  {
    shape: 'a placeholder in base64',
    tree: { 's.yaml': secretOf('data: {p: PHBhdGg6a3YvZGF0YS9kYiNwPg==}\n') }, // <path:kv/data/db#p>
    plant: ['PHBhdGg6a3YvZGF0YS9kYiNwPg==', 'PHBhdGg6a3YvZGF0YS9kYiNwPmxldG1laW4x'],
    found: 's.yaml#Secret/db/p',
  },
  {
    shape: 'references to other vaults',
    tree: { 's.yaml': secretOf('stringData:\n  a: op://team/my database/password # quoted\n  b: "vault:secret/data/db#PASSWORD"\n  c: ref+vault://secret/db#/password\n') },
    plant: ['op://team/my database/password', 'letmein://team'],
    found: 's.yaml#Secret/db/a',
  },
  {
    shape: 'what SOPS encrypted',
    tree: { 's.yaml': secretOf(`stringData: {p: "${sops('YQ==')}"}\nsops: {mac: "${sops('YQ==')}", version: 3.9.0}\n`) },
    plant: [sops('YQ==').slice(0, 20), 'ENC[letmein'],
    found: 's.yaml#Secret/db/p',
  },
  {
    shape: 'a script that reads a file where it runs, and that a template fills',
    tree: chart(secretOf('stringData:\n  run.sh: |\n    export PASSWORD=$(cat /run/p)\n    TOKEN="$(cat /run/t)"; API_KEY=`cat "/run/k"`\n    app {{ .Values.h }}\n')),
    plant: ['$(cat /run/p)', '$(echo letmein)'],
    found: `${inTemplates}run.sh`,
  },
  {
    shape: 'a file that is read for a password, and nothing glued to it',
    tree: chart(secretOf('stringData:\n  run.sh: |\n    PASSWORD=$(cat /run/p)\n    app {{ .Values.h }}\n')),
    plant: ['$(cat /run/p)', '$(cat /run/p)letmein'],
    found: `${inTemplates}run.sh`,
  },
  {
    shape: 'an env file that SOPS encrypted, for a generator',
    tree: { 'kustomization.yaml': 'secretGenerator: [{name: a, envs: [app.env]}]\n', 'app.env': `# made by hand\nP=${sops('YQ==')}\nQ=\nsops_mac=${sops('YQ==')}\nsops_version=3.9.0\n` },
    plant: ['Q=\n', 'Q=letmein\n'],
    found: 'kustomization.yaml#SecretGenerator/a/Q',
  },
  {
    shape: 'a file of YAML that SOPS encrypted, for a generator',
    tree: {
      'kustomization.yaml': 'secretGenerator: [{name: b, files: [values.yaml=enc/v.yaml]}]\n',
      'enc/v.yaml': `t: ${sops('YQ==')}\nu: [{v: "${sops('Yg==')}"}]\nsops:\n  mac: ${sops('YQ==')}\n  version: 3.9.0\n`,
    },
    plant: ['u:', 'w: letmein\nu:'],
    found: 'kustomization.yaml#SecretGenerator/b/values.yaml',
  },
  {
    shape: 'literals of a generator that are variables',
    tree: { 'kustomization.yaml': 'secretGenerator: [{name: a, literals: ["p=${P}", "q=", "r=\'\'"]}]\n' },
    plant: ['"q="', '"q=letmein"'],
    found: 'kustomization.yaml#SecretGenerator/a/q',
  },
  {
    shape: "a chart's notes",
    tree: { ...chart('kind: Service\n'), 'templates/NOTES.txt': `Make it so: {{ .Release.Name }}\n\n${secretOf('data:\n  p: <base64>\n')}` },
    plant: ['kind: Service\n', 'x: {{ include (print $.Template.BasePath "/NOTES.txt") . }}\n'],
    found: 'templates/NOTES.txt#Secret/db/p',
  },
  {
    shape: 'Markdown with an example',
    tree: { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': 'kind: Service\n', 'docs/how.md': `# How\n---\n${secretOf('data: {p: bGV0bWVpbg==}\n')}---\n` },
    plant: ['[a.yaml]', '[a.yaml, docs/how.md]'],
    found: 'docs/how.md#Secret/db/p',
  },
  {
    shape: 'a template that encodes nothing',
    tree: chart(secretOf('data:\n  p: {{ "" | quote }}\n  q: {{ .Values.q | b64enc }}\n')),
    plant: ['""', '"letmein"'],
    found: `${inTemplates}p`,
  },
  {
    shape: 'another kind beside the Secret, in one template',
    tree: chart(`items:\n- kind: ConfigMap\n  data:\n    a: b\n- kind: Secret\n  metadata:\n    name: db\n  data:\n    p: {{ .Values.p }}\n`),
    plant: ['{{ .Values.p }}', 'bGV0bWVpbg=='],
    found: `${inTemplates}p`,
  },
];

describe('a package without values of Secrets', () => {
  it.each(shapes)('is accepted with $shape', async ({ tree }) => {
    expect(await exceptionsOf(tree)).toEqual([]);
  });

  it.each(shapes)('is refused for the one value that is planted beside $shape', async ({ tree, plant: [from, to], found }) => {
    const planted = Object.fromEntries(Object.entries(tree).map(([path, text]) => [path, String(text).replace(from, to)]));

    expect(planted).not.toEqual(tree);
    expect(await exceptionsOf(planted)).toEqual([found]);
    expect(await exceptionsOf(planted, [found])).toEqual([]);
  });
});
