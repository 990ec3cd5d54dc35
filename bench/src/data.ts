import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Git repository with one commit, whose deploy package is in {@link packagePath}. */
export interface DataSet {
  /** What it holds, for people: `2,041 files, 8.4 MB`. */
  readonly title: string;
  readonly repository: string;
  /** The package's directory. */
  readonly directory: string;
  readonly commit: string;
}

/** The deploy package's path in each repository. */
export const packagePath = 'deploy';

/** Makes many small manifests: directories with a kustomization each, and one at the root that takes them all. */
export function makeSmallFiles(repository: string, directories: number, filesEach: number): DataSet {
  const names = numbered('component', directories);
  const files = names.flatMap((name) => {
    const manifests = numbered('deployment', filesEach).map((file) => `${file}.yaml`);
    const texts = manifests.map((file) => [`${name}/${file}`, manifest(`${name}-${file.replace('.yaml', '')}`)] as const);
    return [[`${name}/kustomization.yaml`, kustomization('resources', manifests)] as const, ...texts];
  });
  return makeRepository(repository, [['kustomization.yaml', kustomization('resources', names)], ...files]);
}

/** Makes some large files that compress to about half, taken by one config map generator. */
export function makeLargeFiles(repository: string, fileBytes: readonly number[]): DataSet {
  const names = numbered('large', fileBytes.length).map((name) => `${name}.txt`);
  const generator = ['  - name: large', '    files:', ...names.map((name) => `      - ${name}`), ''].join('\n');
  const files = fileBytes.map((bytes, index) => [names[index] ?? '', hexLines(bytes, index)] as const);
  const root = `${kustomizationHead}${imageAnnotation}configMapGenerator:\n${generator}`;
  return makeRepository(repository, [['kustomization.yaml', root], ...files]);
}

const kustomizationHead = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
// A release is packed only where its package names the image.
const imageAnnotation = 'commonAnnotations:\n  image: ghcr.io/example/app\n';

function kustomization(field: string, entries: readonly string[]): string {
  return `${kustomizationHead}${field}:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
}

/** A deployment of about 4 KB: as repetitive as real ones, with something of its own in each line. */
function manifest(name: string): string {
  const variables = Array.from({ length: 38 }, (_, index) => {
    const value = createHash('sha256').update(`${name} ${index}`).digest('hex');
    return `            - name: SETTING_${index}\n              value: "https://${value.slice(0, 24)}.example.com/"\n`;
  });
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: bench
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
    spec:
      containers:
        - name: main
          image: ghcr.io/example/app
          resources:
            requests: { cpu: 10m, memory: 32Mi }
            limits: { memory: 128Mi }
          env:
${variables.join('')}`;
}

const lineBytes = 65;

/** Random hexadecimal digits: four bits of information in a byte. The cipher makes the same ones everywhere. */
function hexLines(bytes: number, seed: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed + 1), Buffer.alloc(16));
  const text = Buffer.from(cipher.update(Buffer.alloc(Math.ceil(bytes / 2))).toString('hex').slice(0, bytes));
  for (let end = lineBytes - 1; end < bytes; end += lineBytes) text[end] = 0x0a;
  return text;
}

function makeRepository(repository: string, files: readonly (readonly [path: string, content: string | Buffer])[]): DataSet {
  const directory = join(repository, packagePath);
  for (const path of new Set(files.map(([file]) => join(directory, file, '..')))) mkdirSync(path, { recursive: true });
  for (const [path, content] of files) writeFileSync(join(directory, path), content);
  git(repository, 'init', '--quiet', '--initial-branch=main');
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--message', 'Bench');
  const bytes = files.reduce((sum, [, content]) => sum + content.length, 0);
  const title = `${files.length.toLocaleString('en')} files, ${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return { title, repository, directory, commit: git(repository, 'rev-parse', 'HEAD') };
}

const gitDeadlineMs = 5 * 60_000; // it adds 90 MB in seconds

const identity = {
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

function git(cwd: string, ...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'], ...identity };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', timeout: gitDeadlineMs, killSignal: 'SIGKILL' }).trim();
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(2, '0')}`);
}
