import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { listImports, readSourceFiles } from '../rules/source-files.ts';
import { Workbench } from './workbench.ts';

/** Every file that starts another program, and which one. Each program has a test below, or of its own. */
const starters = [
  'packages/cli/src/init/program/run-npm.ts', // npm
  'packages/oci/src/registry/credentials/credential-helper.ts', // docker-credential-*
  'packages/packer/src/source/git-command.ts', // git
  'packages/promoter/src/render/run-program.ts', // kustomize, helm
];

/** What a CI job's environment holds beside what a program needs. */
const secrets = [
  'COSIGN_PASSWORD', 'COSIGN_PRIVATE_KEY', 'SIGSTORE_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_RUNTIME_TOKEN',
  'GITHUB_TOKEN', 'CI_JOB_TOKEN', 'CI_REGISTRY_PASSWORD', 'REGISTRY_PASSWORD', 'SIGNING_KEY', 'DATABASE_URL',
];
const planted = Object.fromEntries(secrets.map((name) => [name, `planted-${name}`]));

test('only these files start programs', () => {
  const found = readSourceFiles('packages').filter((file) => !file.isTest && !file.path.includes('/testing/') && listImports(file.text).includes('node:child_process'));

  // A module may also be imported for its types alone.
  const starting = found.filter(({ text }) => listImports(text.replaceAll(/^import type[^;]*;/gm, '')).includes('node:child_process'));
  expect(starting.map(({ path }) => path).sort()).toEqual(starters);
});

describe('with the secrets of a CI job in its environment', () => {
  let bench: Workbench;
  let registry: FakeRegistry;

  beforeAll(async () => {
    registry = await FakeRegistry.start({ auth: { kind: 'basic', username: 'robot', password: 's3cret' } });
  });

  beforeEach(() => {
    bench = new Workbench();
    witness('git', `exec '${execFileSync('sh', ['-c', 'command -v git']).toString().trim()}' "$@"`);
    witness('docker-credential-robot', `cat > /dev/null; echo '{"Username":"robot","Secret":"s3cret"}'`);
    witness('kustomize', `[ "$1" = version ] && echo v5.8.2 || cat '${bench.path('app/k8s/base/deployment.yaml')}'`);
    witness('npm', 'exit 1');
    witness('helm', `[ "$1" = version ] && echo v4.1.0 || cat '${bench.path('app/k8s/base/deployment.yaml')}'`);
    bench.write('home/.docker/config.json', JSON.stringify({ credHelpers: { [registry.host]: 'robot' } }));
  });

  afterEach(() => bench[Symbol.dispose]());
  afterAll(() => registry.stop());

  /** Puts a program on the PATH that writes down its environment before it does its work. */
  const witness = (name: string, script: string): void => {
    chmodSync(bench.write(`bin/${name}`, `#!/bin/sh\nenv >> '${bench.path('out', name)}'\n${script}\n`), 0o755);
  };
  const env = (): Readonly<Record<string, string>> => ({ ...planted, COSIGN_PASSWORD: 'planted-COSIGN_PASSWORD', PATH: `${bench.path('bin')}:${bench.env['PATH']}` });
  const seen = (): Readonly<Record<string, string>> => Object.fromEntries(readdirSync(bench.path('out')).map((name) => [name, bench.read(`out/${name}`)]));

  test('release starts git and the credential helper without them', async () => {
    const to = `${registry.host}/example/app-capsule`;
    const { status, stderr } = await bench.run(['release', ...bench.packOptions, '--to', to, '--key', 'signing.key'], { env: env() });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expectNoSecrets(seen(), ['docker-credential-robot', 'git']);
  });

  test.each([
    ['kustomize', {}],
    ['helm', { 'k8s/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n', 'k8s/templates/a.yaml': 'kind: ConfigMap\n' }],
  ])('lock starts %s without them', async (program, files) => {
    if (program === 'helm') bench.git('rm', '-r', '--quiet', 'k8s/overlays', 'k8s/base/kustomization.yaml');
    const config = 'apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: { from: k8s }\nimage: { repository: ghcr.io/example/app }\n';
    bench.commit({ ...files, 'capsule.yaml': config });
    await bench.run(['lock'], { cwd: bench.path('app'), env: env() });

    expectNoSecrets(seen(), [program]);
  });

  test('init starts its programs without them', async () => {
    bench.git('remote', 'add', 'origin', 'https://github.com/example/app.git');
    await bench.run(['init', '--yes', '--ci', 'github'], { cwd: bench.path('app'), env: env() });

    expectNoSecrets(seen(), ['git', 'kustomize', 'npm']);
  });
});

function expectNoSecrets(seen: Readonly<Record<string, string>>, programs: readonly string[]): void {
  expect(Object.keys(seen)).toEqual(expect.arrayContaining([...programs]));
  for (const [program, environment] of Object.entries(seen)) {
    expect(environment, program).toMatch(/^[A-Z_]+=/m);
    expect(environment, program).not.toContain('planted');
    for (const name of secrets) expect(environment, program).not.toContain(`${name}=`);
  }
}

