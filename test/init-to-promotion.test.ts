import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FakeRegistry } from '../packages/oci/src/registry/testing/fake-registry.ts';
import { TufServer } from '../packages/verifier/src/trust/testing/tuf-server.ts';
import { type Files, Workbench } from './cli/workbench.ts';
import { NpmRegistry } from './npm/npm-registry.ts';
import { packProgram } from './npm/pack-program.ts';
import { needsBash } from './needs-bash.ts';
import { makeToken } from './sigstore/identity.ts';
import { startPrivateSigstore } from './sigstore/private-sigstore.ts';

const imageDigest = `sha256:${'1'.repeat(64)}`;
const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app }\nspec: { template: { spec: { containers: [{ image: IMAGE }] } } }\n';
const kustomize: Files = { 'k8s/base/kustomization.yaml': 'resources: [deployment.yaml]\n', 'k8s/base/deployment.yaml': deployment };
const helm: Files = {
  'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
  'charts/app/values.yaml': 'image: { repository: IMAGE, tag: "" }\n',
  'charts/app/templates/deployment.yaml': 'kind: Deployment\n',
};

const systems = {
  github: {
    remote: 'git@github.com:example/app.git',
    identity: 'https://github.com/example/app/.github/workflows/capsule.yml@refs/heads/main',
    issuer: 'https://token.actions.githubusercontent.com',
    otherEvents: ['pull_request_target', 'workflow_run'],
    job: { GITHUB_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'example/app', GITHUB_RUN_ID: '9', GITHUB_RUN_ATTEMPT: '1' },
  },
  gitlab: {
    remote: 'https://gitlab.com/example/app.git',
    identity: 'https://gitlab.com/example/app//.gitlab-ci.yml@refs/heads/main',
    issuer: 'https://gitlab.com',
    otherEvents: ['merge_request_event', 'trigger'],
    job: { GITLAB_CI: 'true', CI_PROJECT_URL: 'https://gitlab.com/example/app', CI_JOB_URL: 'https://gitlab.com/example/app/-/jobs/9', CI_RUNNER_ID: '1' },
  },
} as const;

type System = keyof typeof systems;

let registry: FakeRegistry;
let npm: NpmRegistry;
let opened = 0; // each scene has a repository of its own

beforeAll(async () => {
  registry = await FakeRegistry.start({ auth: { kind: 'basic', username: 'robot', password: 's3cret' } });
  npm = await NpmRegistry.start();
  const scratch = mkdtempSync(join(tmpdir(), 'capsule-promotion-'));
  npm.publish(packProgram(scratch));
  rmSync(scratch, { recursive: true, force: true });
}, 60_000);

beforeEach(needsBash);

afterAll(async () => {
  await registry.stop();
  await npm[Symbol.asyncDispose]();
});

const cases = [
  ['github', 'kustomize', 'keyless', kustomize],
  ['github', 'helm', 'key', helm],
  ['gitlab', 'kustomize', 'key', kustomize],
  ['gitlab', 'helm', 'keyless', helm],
] as const;

describe.each(cases)('a fresh repository at %s with a %s package, signed %s,', (system, kind, sign, files) => {
  test('is set up by one command; what its job releases is accepted under the policy that was written', async () => {
    await using scene = await Scene.open({ system, kind, sign, files });
    const released = await scene.runJob();
    const verified = await scene.verify();

    expect(released).toMatchObject({ status: 0 });
    expect(`${released.stdout}${released.stderr}`).not.toContain('s3cret');
    expect(verified).toMatchObject({ accepted: true, enforced: true, release: { name: 'app', package: { kind } } });
  });
});

describe.each(['github', 'gitlab'] as const)('the policy that was written at %s', (system) => {
  test.each([
    ['a job on another branch', (identity: string) => identity.replace('refs/heads/main', 'refs/heads/topic')],
    ['another workflow of the repository', (identity: string) => identity.replace('capsule.yml', 'other.yml').replace('.gitlab-ci.yml', 'other.yml')],
    ['another repository', (identity: string) => identity.replace('example/app', 'example/fork')],
  ])('refuses what %s has signed', async (_who, change) => {
    await using scene = await Scene.open({ system, kind: 'kustomize', sign: 'keyless', files: kustomize });
    expect(await scene.runJob(change(systems[system].identity))).toMatchObject({ status: 0 });

    expect(await scene.verify()).toMatchObject({ accepted: false, outcome: 'refused' });
  });

  test.each(systems[system].otherEvents)('refuses what its own job has signed when %s started it', async (event) => {
    await using scene = await Scene.open({ system, kind: 'kustomize', sign: 'keyless', files: kustomize });
    expect(await scene.runJob(systems[system].identity, event)).toMatchObject({ status: 0 });

    expect(JSON.stringify(await scene.verify())).toContain('SIGNATURE_CLAIM_DIFFERS');
  });
});

interface Setting {
  readonly system: System;
  readonly kind: string;
  readonly sign: 'keyless' | 'key';
  readonly files: Files;
}

/** A repository that was set up, a runner's checkout of it, and the services that its job speaks to. */
class Scene implements AsyncDisposable {
  readonly #setting: Setting;
  readonly #bench: Workbench;
  readonly #image: string;
  readonly #tuf: TufServer;

  private constructor(setting: Setting, bench: Workbench, { image, tuf }: { readonly image: string; readonly tuf: TufServer }) {
    this.#setting = setting;
    this.#bench = bench;
    this.#image = image;
    this.#tuf = tuf;
  }

  static async open(setting: Setting): Promise<Scene> {
    const sigstore = await startPrivateSigstore();
    const tuf = await TufServer.start({ version: 1, files: { 'trusted_root.json': sigstore.trustedRoot, 'signing_config.v0.2.json': sigstore.signingConfig() } });
    const image = `${registry.host}/example/app-${setting.system}-${setting.kind}-${++opened}`;
    const files = Object.entries(setting.files).map(([path, text]) => [path, text.toString().replace('IMAGE', image)] as const);
    const bench = new Workbench(Object.fromEntries(files));
    bench.git('remote', 'add', 'origin', systems[setting.system].remote);
    bench.write('root.json', tuf.root);
    for (const [name, script] of Object.entries(programs(bench))) chmodSync(bench.write(`bin/${name}`, script), 0o755);
    symlinkSync(process.execPath, bench.path('bin/node'));
    bench.write('home/.npmrc', `registry=${npm.address}\ncache=${bench.path('npm-cache')}\nupdate-notifier=false\n`);
    await bench.json(['init', '--yes', '--image', image, '--sign', setting.sign], { cwd: bench.path('app') });
    bench.commit(setting.sign === 'key' ? { 'cosign.pub': bench.read('signing.pub') } : {});
    bench.git('clone', '--quiet', '--depth', '1', pathToFileURL(bench.path('app')).href, bench.path('checkout'));
    return new Scene(setting, bench, { image, tuf });
  }

  /** Runs every script of the job that was written, in the order of the job, as its runner would. */
  async runJob(identity: string = systems[this.#setting.system].identity, event = 'push'): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
    const { system } = this.#setting;
    const { issuer, job } = systems[system];
    const { scripts, variables } = system === 'github' ? this.#gitHubJob() : this.#gitLabJob();
    // The stand-in for Fulcio reads GitHub's name of the claim for both. Fulcio takes GitLab's pipeline_source for the same extension.
    const claims = { iss: issuer, sub: identity, repository: 'example/app', ref: 'refs/heads/main', event_name: event };
    const env = {
      ...this.#env,
      ...job,
      ...variables,
      SIGSTORE_ID_TOKEN: makeToken(claims),
      COSIGN_PRIVATE_KEY: this.#bench.read('signing.key'),
      COSIGN_PASSWORD: '',
      IMAGE_DIGEST: imageDigest,
    };
    const child = spawn('bash', ['-eo', 'pipefail', '-c', scripts.join('\n')], { cwd: this.#bench.path('checkout'), env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [stdout, stderr] = await Promise.all([readText(child.stdout), readText(child.stderr)]);
    return { status: await ended, stdout, stderr };
  }

  async verify(): Promise<unknown> {
    const image = `${this.#image}:${this.#bench.tag}@${imageDigest}`;
    const login = Buffer.from('robot:s3cret').toString('base64');
    this.#bench.write('home/.docker/config.json', JSON.stringify({ auths: { [registry.host]: { auth: login } } }));
    const { stdout } = await this.#bench.run(['verify', '--image', image, '--policy', 'checkout/capsule-policy.yaml', '--json'], { env: this.#env });
    return JSON.parse(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tuf[Symbol.asyncDispose]();
    this.#bench[Symbol.dispose]();
  }

  get #env(): Readonly<Record<string, string>> {
    const bench = this.#bench;
    return { ...bench.env, PATH: `${bench.path('bin')}:${bench.env['PATH']}`, TUF_MIRROR: this.#tuf.address, TUF_ROOT_JSON: bench.path('root.json') };
  }

  #gitHubJob(): Job {
    const workflow = parse(readFileSync(this.#bench.path('checkout/.github/workflows/capsule.yml'), 'utf8'));
    const steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[] = workflow.jobs.release.steps;
    const given = Object.assign({}, ...steps.map(({ env }) => env));
    return { scripts: steps.flatMap(({ run }) => run ?? []), variables: { REGISTRY: given['REGISTRY'] ?? '', USERNAME: 'robot', PASSWORD: 's3cret', RUNNER_TEMP: this.#bench.directory } };
  }

  #gitLabJob(): Job {
    const { capsule } = parse(readFileSync(this.#bench.path('checkout/.gitlab/capsule.yml'), 'utf8'));
    const variables = Object.entries<string>(capsule.variables).map(([name, value]) => [name, value.replace('$CI_PROJECT_DIR', this.#bench.path('checkout'))]);
    return { scripts: capsule.script, variables: { REGISTRY_USERNAME: 'robot', REGISTRY_PASSWORD: 's3cret', ...Object.fromEntries(variables) } };
  }
}

interface Job {
  readonly scripts: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** `docker login` keeps the login where docker does. */
function programs(bench: Workbench): Readonly<Record<string, string>> {
  const config = bench.path('home/.docker/config.json');
  const write = [
    'const [host, user] = process.argv.slice(1);',
    'const auth = Buffer.from(user + ":" + require("fs").readFileSync(0)).toString("base64");',
    'console.log(JSON.stringify({ auths: { [host]: { auth } } }));',
  ];
  const isLogin = '[ "$1 $3 $5" = "login --username --password-stdin" ] || exit 9';
  return {
    docker: `#!/bin/sh\n${isLogin}\nmkdir -p '${bench.path('home/.docker')}'\n'${process.execPath}' -e '${write.join(' ')}' "$2" "$4" > '${config}'\n`,
  };
}
