import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { validate as validateInit } from '../../packages/cli/generated/init.js';
import { lockedProgram } from '../npm/locked-program.ts';
import { someOf } from './some-of.ts';
import { Workbench } from './workbench.ts';

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app }\nspec:\n  template:\n    spec:\n      containers:\n        - image: ghcr.io/example/app:v1\n';
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: ghcr.io/example/app}]}\n';
const files = { 'k8s/base/kustomization.yaml': 'resources: [deployment.yaml]\n', 'k8s/base/deployment.yaml': deployment };
const written = ['capsule.yaml', '.github/workflows/capsule.yml', 'capsule-policy.yaml', ...['kustomization', 'project', 'settings', 'stages'].map((name) => `kargo/${name}.yaml`)];

let bench: Workbench;

beforeEach(() => {
  bench = new Workbench({ ...files, ...lockedProgram });
  bench.git('remote', 'add', 'origin', 'git@github.com:example/app.git');
});

afterEach(() => bench[Symbol.dispose]());

const init = (...args: readonly string[]): ReturnType<Workbench['run']> => bench.run(['init', ...args], { cwd: bench.path('app'), env: bench.pathWithGit() });
const initJson = async (...args: readonly string[]): Promise<Record<string, unknown>> => bench.json(['init', ...args], { cwd: bench.path('app'), env: bench.pathWithGit() });
const inApp = (path: string): string => bench.path('app', path);
const policyState = (value: Record<string, unknown>): readonly string[] => states(value).filter((line) => line.startsWith('capsule-policy.yaml'));
const editPolicy = (change: (text: string) => string): void => writeFileSync(inApp('capsule-policy.yaml'), change(readFileSync(inApp('capsule-policy.yaml'), 'utf8')));
const entries = (): readonly string[] =>
  parseAllDocuments(readFileSync(inApp('kargo/stages.yaml'), 'utf8')).flatMap((stage) => {
    const { steps } = stage.toJS().spec.promotionTemplate.spec;
    return steps.filter(({ as }: { as: string }) => as === 'render').map(({ vars }: { vars: readonly { readonly value: string }[] }) => vars[0]?.value);
  });
const states = (value: Record<string, unknown>): readonly string[] => {
  const all: readonly { readonly path: string; readonly state: string }[] = Array.isArray(value['files']) ? value['files'] : [];
  return all.filter(({ path }) => !path.startsWith('.capsule/')).map(({ path, state }) => `${path} ${state}`);
};

describe('capsule init', () => {
  test('finds out what a repository says, and writes everything that a release needs', async () => {
    const result = await initJson('--yes');

    expect(validateInit(result)).toBe(true);
    expect(result).toMatchObject({
      written: true,
      answers: {
        name: 'app',
        packagePath: 'k8s',
        packageKind: 'kustomize',
        image: 'ghcr.io/example/app',
        capsule: 'ghcr.io/example/app-capsule',
        ci: 'github',
        branch: 'main',
        repoURL: 'https://github.com/example/app',
        mode: 'enforce',
        kargo: { project: 'app', warehouse: 'capsules', stages: ['staging', 'review', 'production'], gitopsRepo: 'https://github.com/example/app', entry: 'base' },
      },
    });
    expect(states(result)).toEqual(written.map((path) => `${path} created`));
    for (const path of written) expect(existsSync(inApp(path))).toBe(true);
  });

  test('changes nothing when it runs again, from wherever in the repository', async () => {
    await initJson('--yes');
    const before = bench.snapshot('app/kargo');
    const again = await bench.json(['init', '--yes'], { cwd: inApp('k8s/base'), env: bench.pathWithGit() });

    expect(states(again)).toEqual(written.map((path) => `${path} unchanged`));
    expect(bench.snapshot('app/kargo')).toEqual(before);
  });

  test('asks nothing again that the files of an earlier run say', async () => {
    const given = ['--audit', '--stages', 'no,review,live', '--gitops-repo', 'https://github.com/example/gitops', '--kargo-project', 'on', '--warehouse', '1'];
    await initJson(...given, '--sign', 'key', '--branch', 'main');

    expect(states(await initJson())).toEqual(written.map((path) => `${path} unchanged`));
  });

  test.each([
    ['binary', Buffer.from([0, 255, 1])],
    ['another form', '- [kind: Stage]\n'],
    ['hostile', 'mode: [audit]\nmetadata: { name: "a\'; x" }\ndata: { gitopsRepo: "/srv/x" }\n'],
  ])('takes nothing from files of that name that hold something else: %s', async (_what, content) => {
    for (const name of ['capsule-policy.yaml', 'kargo/project.yaml', 'kargo/settings.yaml', 'kargo/stages.yaml']) bench.write(`app/${name}`, content);

    expect((await initJson('--yes', '--dry-run'))['answers']).toMatchObject({ mode: 'enforce', kargo: { project: 'app', stages: ['staging', 'review', 'production'] } });
  });

  test('keeps a capsule.yaml that says more, and repeats in the policy what it says of the files', async () => {
    const config = [
      'apiVersion: release-capsule/v1',
      'kind: Capsule',
      'name: web',
      'package: { from: k8s, include: ["base/**"], exclude: ["**/*.md"] }',
      'allow: { references: [../shared], secretValues: [a.yaml#Secret/a/b] }',
      'image: { repository: ghcr.io/example/web, names: [{ name: ghcr.io/example/app }, { name: web }] }',
      'capsule: { repository: ghcr.io/example/web-capsule }',
      'annotations: { team: payments }',
    ];
    bench.commit({ 'capsule.yaml': `${config.join('\n')}\n` });
    const result = await initJson('--yes');

    expect(validateInit(result)).toBe(true);
    expect(states(result)).toEqual(['capsule.yaml kept', ...written.slice(1).map((path) => `${path} created`)]);
    expect(readFileSync(inApp('capsule.yaml'), 'utf8')).toBe(`${config.join('\n')}\n`);
    expect(readFileSync(inApp('capsule-policy.yaml'), 'utf8')).toMatch(/source:[^]*include:\n {4}- "base\/\*\*"[^]*allow:\n {2}references:\n {4}- "\.\.\/shared"\n/);
    expect(states(await initJson())[0]).toBe('capsule.yaml kept');
  });

  test('takes what a capsule.yaml says that is there already', async () => {
    await initJson('--yes', '--name', 'other', '--image', 'registry.example.com/team/app', '--image-name', 'ghcr.io/example/app', '--capsule', 'registry.example.com/team/frozen');

    expect(states(await initJson('--yes'))).toEqual(written.map((path) => `${path} unchanged`));
  });

  test('reports everything that is missing at once, where there is nobody to ask', async () => {
    bench.git('remote', 'remove', 'origin');
    bench.commit({ 'k8s/base/deployment.yaml': 'kind: Deployment\n', 'charts/app/Chart.yaml': 'name: app\n' });
    const { status, stderr } = await init();

    expect(status).toBe(2);
    expect(stderr).toContain('error: --package, --image, --ci, --source-url, --stages and --gitops-repo are missing, and there is no terminal to ask on [OPTION_INVALID]');
    expect(stderr).toContain('--package PATH (one of k8s, charts/app)');
    expect(stderr).toContain('--yes takes what is suggested');
    expect(existsSync(inApp('capsule.yaml'))).toBe(false);
  });

  test('names the address of the sources among what is missing, where nothing says it, and reads it back', async () => {
    bench.git('remote', 'remove', 'origin');
    const given = ['--yes', '--ci', 'none', '--image', 'ghcr.io/example/app', '--gitops-repo', 'https://github.com/example/gitops'];

    expect(await init(...given)).toMatchObject({ status: 2, stderr: expect.stringContaining('--source-url is missing, and with --yes nothing is asked [OPTION_INVALID]') });
    await initJson(...given, '--source-url', 'https://git.example.com/team/app');
    expect(readFileSync(inApp('capsule-policy.yaml'), 'utf8')).toContain('source:\n  repository: https://git.example.com/team/app\n');
    expect(states(await initJson())).toEqual(written.filter((path) => !path.startsWith('.github')).map((path) => `${path} unchanged`));
  });

  test('says what is left to do before the first promotion', async () => {
    const { stdout } = await init('--yes');
    const next = stdout.slice(stdout.indexOf('Next:'));

    expect(next).toContain('The next push to main releases a capsule.');
    expect(next).toContain('Run the verify service with this policy');
    expect(next.match(/apps\/.*/g)).toEqual(['apps/app/deployments/staging/deployment.yaml', 'apps/app/deployments/production/deployment.yaml', 'apps/app/envTypes/TYPE/']);
    expect(next).toMatch(/Apply kargo\/[^]*Give the Project app/);
  });

  test('locks the images where a program renders them, and says how to where none does', async () => {
    expect((await init('--yes')).stdout).toMatch(/2\. Run capsule lock, and commit[^]*there is no kustomize on the PATH/);
    expect(existsSync(inApp('capsule.lock.yaml'))).toBe(false);

    const kustomize = bench.write('bin/kustomize', `#!${process.execPath}\nconsole.log(process.argv[2] === 'version' ? 'v5.8.2' : ${JSON.stringify(pod)})\n`);
    chmodSync(kustomize, 0o755);
    const result = await initJson('--yes');
    expect(validateInit(result)).toBe(true);
    expect(result['lock']).toEqual({ state: 'written' });
    expect(readFileSync(inApp('capsule.lock.yaml'), 'utf8')).toContain('- name: "ghcr.io/example/app"');
    expect((await initJson('--yes'))['lock']).toEqual({ state: 'kept' });
  });

  test('promises no release by a push where no job makes one, and no promotion where Kargo makes none', async () => {
    const { stdout } = await init('--yes', '--ci', 'none', '--no-kargo');
    const next = stdout.slice(stdout.indexOf('Next:'));

    expect(next).toContain('Run capsule release --image-digest');
    expect(next).not.toMatch(/next push|verify service|apps\//);
  });

  test('asks nothing again after --ci none', async () => {
    await initJson('--yes', '--ci', 'none');

    expect(await initJson()).toMatchObject({ answers: { ci: 'none' } });
    expect(existsSync(inApp('.github'))).toBe(false);
  });

  test('writes nothing for Kargo after --no-kargo, until an option names it', async () => {
    await initJson('--yes', '--no-kargo');

    expect(states(await initJson())).toEqual(written.slice(0, 3).map((path) => `${path} unchanged`));
    expect(states(await initJson('--yes', '--stages', 'test,live')).slice(3)).toEqual(written.slice(3).map((path) => `${path} created`));
  });

  test('takes the branch that the policy trusts', async () => {
    await initJson('--yes', '--branch', 'release/1');

    expect(states(await initJson())).toEqual(written.map((path) => `${path} unchanged`));
  });

  test('takes the CI system of the job that an earlier run wrote, whatever files others have', async () => {
    await initJson('--yes', '--ci', 'gitlab', '--sign', 'key');
    bench.write('app/.github/workflows/build.yml', 'on: push\n');

    expect(await initJson('--yes')).toMatchObject({ answers: { ci: 'gitlab' } });
  });

  test('keeps a policy that enforces what was audited, and one that says more', async () => {
    await initJson('--yes', '--audit');
    editPolicy((text) => text.replace('mode: audit', 'mode: enforce'));
    expect(await initJson()).toMatchObject({ answers: { mode: 'enforce' } });
    expect(policyState(await initJson())).toEqual(['capsule-policy.yaml kept']);

    editPolicy((text) => `# ours\n${text.replace('mode: enforce\n', '')}allow: { references: [../shared] }\n`);
    const before = readFileSync(inApp('capsule-policy.yaml'), 'utf8');
    expect(policyState(await initJson())).toEqual(['capsule-policy.yaml kept']);
    expect(readFileSync(inApp('capsule-policy.yaml'), 'utf8')).toBe(before);
  });

  test.each([
    ['another signer', (text: string) => text.replaceAll('capsule.yml@', 'other.yml@')],
    ['no source', (text: string) => text.replace(/source:[^]*?(?=package:)/, '')],
    ['no YAML', () => 'a: ['],
    ['a list', () => '[]\n'],
  ])('keeps no policy that says something else: %s', async (_what, change) => {
    await initJson('--yes');
    editPolicy(change);

    expect(await init('--yes')).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[FILE_DIFFERS\][^]*with --dry-run; --force overwrites/) });
  });

  test('does not pass an enforcing policy for the audit that was asked for', async () => {
    await initJson('--yes');

    expect(await init('--yes', '--audit')).toMatchObject({ status: 2, stderr: expect.stringContaining('[FILE_DIFFERS]') });
  });

  test('is done without a question where options answer all of them', async () => {
    expect(await init('--stages', 'test,production', '--gitops-repo', 'https://github.com/example/gitops')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(inApp('kargo/stages.yaml'), 'utf8').match(/^kind: Stage$/gm)).toHaveLength(2);
  });

  test('has Kargo render the root of a package that has its kustomization there', async () => {
    bench.commit({ 'web/kustomization.yaml': 'resources: []\n' });
    const { stdout } = await init('--yes', '--package', 'web', '--image', 'ghcr.io/example/app');

    expect(stdout).toContain("rendered from the package's root");
    expect(entries()).toEqual(['.', '.']);
    expect(states(await initJson('--yes'))).toEqual(written.map((path) => `${path} unchanged`));
  });

  test('asks which overlay Kargo renders where there is no base, and reads it back', async () => {
    bench.commit({ 'web/common/kustomization.yaml': 'resources: []\n', 'web/overlays/live/kustomization.yaml': 'resources: [../../common]\n' });
    const given = ['--yes', '--package', 'web', '--image', 'ghcr.io/example/app'];

    expect(await init(...given)).toMatchObject({ status: 2, stderr: expect.stringContaining('--entry DIR (one of common, overlays/live)') });
    expect(await init(...given, '--entry', './overlays/live/')).toMatchObject({ status: 0, stdout: expect.stringContaining('rendered from overlays/live\n') });
    expect(entries()).toEqual(['overlays/live', 'overlays/live']);
    expect(states(await initJson('--yes'))).toEqual(written.map((path) => `${path} unchanged`));
  });

  test('with --dry-run shows every file, and writes none', async () => {
    const result = await initJson('--yes', '--dry-run');

    expect(validateInit(result)).toBe(true);
    expect(result['written']).toBe(false);
    expect(result['files']).toContainEqual({ path: 'capsule.yaml', state: 'created', text: expect.stringContaining('name: app\n') });
    expect(bench.git('status', '--porcelain')).toBe('');
  });

  test('overwrites nothing that differs, and then writes nothing else either', async () => {
    writeFileSync(inApp('capsule-policy.yaml'), 'mine\n');
    const { status, stderr } = await init('--yes');

    expect(status).toBe(2);
    expect(stderr).toContain('capsule-policy.yaml already exists with other content; nothing was written [FILE_DIFFERS]');
    expect(bench.git('status', '--porcelain')).toBe('?? capsule-policy.yaml');
    expect(readFileSync(inApp('capsule-policy.yaml'), 'utf8')).toBe('mine\n');
  });

  test('overwrites with --force, and says so', async () => {
    writeFileSync(inApp('capsule-policy.yaml'), 'mine\n');
    const { status, stdout } = await init('--yes', '--force');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}overwritten {2}capsule-policy\.yaml$/m);
    expect(readFileSync(inApp('capsule-policy.yaml'), 'utf8')).toContain('kind: Policy\n');
  });

  test.each([
    ['a file', 'capsule.yaml', 'outside.yaml'],
    ['a directory', 'kargo', 'outside'],
    ['a directory of Git itself', '.github', 'app/.git/hooks'],
    ['a directory that is not there', '.github', 'nowhere'],
  ])('refuses a link that leads %s out of the repository', async (_what, link, target) => {
    mkdirSync(bench.path('outside'));
    if (target === 'outside.yaml') writeFileSync(bench.path(target), 'apiVersion: release-capsule/v1\nkind: Capsule\nname: a\npackage: { from: k8s }\n');
    symlinkSync(bench.path(target), inApp(link));
    const all = (): unknown => [bench.snapshot('outside'), bench.snapshot('outside.yaml'), bench.snapshot('app/.git/hooks'), bench.git('status', '--porcelain')];
    const before = all();
    const { status, stderr } = await init('--yes', '--force');

    expect(status).toBe(4);
    expect(stderr).toContain('[FILE_UNWRITABLE]');
    expect(all()).toEqual(before);
  });

  test('leaves nothing behind where a file cannot be written', async () => {
    mkdirSync(inApp('capsule-policy.yaml'));
    const before = bench.snapshot('app');
    const { status } = await init('--yes', '--force');

    expect(status).toBe(4);
    expect(bench.snapshot('app')).toEqual(before);
  });

  test('killed at any write, leaves each file whole or absent, and a second run completes it', { timeout: 120_000 }, async () => {
    const counted = bench.path('count');
    await bench.run(['init', '--yes'], { cwd: bench.path('app'), env: bench.pathWithGit(), strike: { kind: 'kill', at: 0, countFile: counted } });
    const whole = bench.snapshot('app/kargo');
    for (const at of someOf(Number(readFileSync(counted, 'utf8')), 6)) {
      bench.git('clean', '-fdq');
      await bench.run(['init', '--yes'], { cwd: bench.path('app'), env: bench.pathWithGit(), strike: { kind: 'kill', at } });
      const left = bench.snapshot('app/kargo').filter((line) => !line.includes('.tmp '));
      expect(left.filter((line) => !whole.includes(line)), `at write ${at}`).toEqual([]);

      await initJson('--yes');
      expect(bench.snapshot('app/kargo'), `at write ${at}`).toEqual(whole);
      expect(bench.git('status', '--porcelain', '-uall').split('\n'), `at write ${at}`).toHaveLength(written.length);
    }
  });

  test('neither shows nor writes the password of a remote', async () => {
    bench.git('remote', 'set-url', 'origin', 'https://user:s3cret@github.com/example/app.git');
    const shown = JSON.stringify([await init('--yes'), await init('--yes', '--json'), await init('--yes', '--dry-run')]);

    expect(shown).not.toContain('s3cret');
    for (const path of written) expect(readFileSync(inApp(path), 'utf8')).not.toContain('s3cret');
  });

  test('takes the address of the sources as git writes it, and no login in it', async () => {
    const { status, stdout } = await init('--yes', '--image', 'ghcr.io/example/app', '--source-url', 'git@github.com:example/other.git');
    const second = await init('--yes', '--force', '--source-url', 'https://me:s3cret@github.com/example/third');

    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('https://github.com/example/other/.github/workflows/capsule.yml') });
    expect(second.stdout + second.stderr + readFileSync(inApp('capsule-policy.yaml'), 'utf8')).not.toContain('s3cret');
  });

  test.each([
    ['--name', 'Not A Name', 'NAME_INVALID'],
    ['--package', '../elsewhere', 'PATH_INVALID'],
    ['--image', 'https://ghcr.io/example/app', 'IMAGE_INVALID'],
    ['--image-name', 'app:latest', 'OPTION_INVALID'],
    ['--capsule', 'app', 'IMAGE_INVALID'],
    ['--branch', 'a b', 'OPTION_INVALID'],
    ['--branch', 'a${{b}}', 'OPTION_INVALID'],
    ['--source-url', 'foo', 'SOURCE_URL_INVALID'],
    ['--ci', 'jenkins', 'OPTION_INVALID'],
    ['--sign', 'never', 'OPTION_INVALID'],
    ['--kind', 'jsonnet', 'OPTION_INVALID'],
    ['--stages', 'test,test', 'OPTION_INVALID'],
    ['--stages', 'Test', 'OPTION_INVALID'],
    ['--entry', '../elsewhere', 'OPTION_INVALID'],
    ['--entry', '${{ ctx.stage }}', 'OPTION_INVALID'],
    ['--kargo-project', 'a/b', 'OPTION_INVALID'],
    ['--gitops-repo', '/srv/git', 'OPTION_INVALID'],
    ['--gitops-repo', 'https://me:s3cret@github.com/example/gitops', 'OPTION_INVALID'],
    ['--gitops-repo', 'https://s3cret@github.com/example/gitops', 'OPTION_INVALID'],
    ['--gitops-repo', "https://github.com/example/${{secret('git').token}}", 'OPTION_INVALID'],
  ])('refuses %s %s', async (flag, value, code) => {
    const { stderr, stdout } = await init('--yes', flag, value);

    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringContaining(`[${code}]`) });
    expect(existsSync(inApp('capsule.yaml'))).toBe(false);
  });

  test('refuses to sign in the name of a job that there is none of', async () => {
    expect(await init('--yes', '--ci', 'none', '--sign', 'keyless')).toMatchObject({ status: 2, stderr: expect.stringContaining('no job to sign') });
  });

  test('outside a repository says so', async () => {
    rmSync(bench.path('app', '.git'), { recursive: true });

    expect(await init('--yes')).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[GIT_REPOSITORY_UNKNOWN\]\nhint: {2}Name it with --repo, or run git init first\./) });
  });
});

describe('capsule init finds out', () => {
  const answersOf = async (...args: readonly string[]): Promise<unknown> => (await initJson('--yes', '--dry-run', ...args))['answers'];

  test('a chart, and its image from the values', async () => {
    rmSync(inApp('k8s'), { recursive: true });
    bench.commit({ 'chart/Chart.yaml': 'name: web\n', 'chart/values.yaml': 'image: { registry: ghcr.io, repository: example/app }\n' });

    expect(await answersOf()).toMatchObject({ packagePath: 'chart', packageKind: 'helm', image: 'ghcr.io/example/app', imageName: 'ghcr.io/example/app' });
  });

  test('the image that a kustomization puts in the place of a name', async () => {
    bench.commit({ 'k8s/base/kustomization.yaml': 'images: [{ name: app, newName: registry.example.com/team/app }]\n', 'k8s/base/deployment.yaml': '      - image: app\n' });

    expect(await answersOf('--image', 'registry.example.com/team/app')).toMatchObject({ imageName: 'registry.example.com/team/app' });
    expect(await init('--yes')).toMatchObject({ status: 2, stderr: expect.stringContaining('--image-name NAME (one of app, registry.example.com/team/app)') });
  });

  test("that an image of others may be the application's, and takes none unasked", async () => {
    bench.commit({ 'k8s/base/deployment.yaml': '      - image: stefanprodan/podinfo:6.9.2\n' });
    bench.git('remote', 'set-url', 'origin', 'https://github.com/acme/podinfo');

    expect(await init('--yes')).toMatchObject({ status: 2, stderr: expect.stringContaining('--image-name NAME (one of stefanprodan/podinfo)') });
    expect(await answersOf('--image-name', 'stefanprodan/podinfo')).toMatchObject({ image: 'ghcr.io/acme/podinfo', imageName: 'stefanprodan/podinfo' });
    await initJson('--yes', '--image-name', 'stefanprodan/podinfo');
    expect(readFileSync(inApp('capsule.yaml'), 'utf8')).toContain('  repository: ghcr.io/acme/podinfo\n  names: [{ name: stefanprodan/podinfo }] # what');
    expect(states(await initJson())).toEqual(written.map((path) => `${path} unchanged`));
  });

  test('which repositories the package runs, where the host keeps no images', async () => {
    bench.git('remote', 'set-url', 'origin', 'https://git.example.com/acme/podinfo');
    bench.commit({ 'k8s/base/deployment.yaml': '      - image: ghcr.io/stefanprodan/podinfo\n      - image: redis\n' });

    expect(await init('--yes')).toMatchObject({ status: 2, stderr: expect.stringContaining('--image REPOSITORY (one of ghcr.io/stefanprodan/podinfo)') });
  });

  test('the name that stands for the image, where nothing in the package replaces it', async () => {
    bench.commit({ 'k8s/base/deployment.yaml': '      - image: app:latest\n' });

    expect(await answersOf()).toMatchObject({ image: 'ghcr.io/example/app', imageName: 'app' });
  });

  test.each([
    ['https://gitlab.com/group/sub/app.git', 'gitlab', 'https://gitlab.com', 'https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main'],
    ['ssh://git@github.com:22/Example/App', 'github', 'https://token.actions.githubusercontent.com', 'https://github.com/Example/App/.github/workflows/capsule.yml@refs/heads/main'],
  ])('in whose name a job of %s signs', async (remote, ci, issuer, identity) => {
    bench.git('remote', 'set-url', 'origin', remote);

    expect(await answersOf('--image', 'ghcr.io/example/app')).toMatchObject({ ci, signing: { kind: 'keyless', identity: { issuer, identity } } });
  });

  test('that the public Sigstore may not know a host of your own, so that a key is suggested', async () => {
    bench.git('remote', 'set-url', 'origin', 'https://git.example.com/group/app.git');
    bench.commit({ '.gitlab-ci.yml': 'stages: [build]\n' });

    expect(await answersOf('--image', 'ghcr.io/example/app')).toMatchObject({ ci: 'gitlab', signing: { kind: 'key' } });
    expect(await answersOf('--image', 'ghcr.io/example/app', '--sign', 'keyless')).toMatchObject({
      signing: { identity: { issuer: 'https://git.example.com', identity: 'https://git.example.com/group/app//.gitlab-ci.yml@refs/heads/main' } },
    });
  });

  test('the branch that origin calls its own', async () => {
    bench.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
    bench.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');

    expect(await answersOf()).toMatchObject({ branch: 'trunk' });
  });

  test('nothing from a file that a link fetches from outside', async () => {
    writeFileSync(bench.path('secret.yaml'), '- image: registry.example.com/outside/app\n');
    rmSync(inApp('k8s/base'), { recursive: true });
    mkdirSync(bench.path('elsewhere'));
    writeFileSync(bench.path('elsewhere/deployment.yaml'), '- image: registry.example.com/outside/app\n');
    symlinkSync(bench.path('elsewhere'), join(inApp('k8s'), 'base'));

    expect(JSON.stringify(await answersOf('--package', 'k8s', '--kind', 'kustomize', '--entry', 'base'))).not.toContain('outside');
  });
});
