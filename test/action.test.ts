import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FakeRegistry } from '../packages/oci/src/registry/testing/fake-registry.ts';
import { programFolder, programLock, programManifest } from '../packages/cli/src/init/program/program-files.ts';
import { capsulePath } from './cli/capsule-command.ts';
import { Workbench } from './cli/workbench.ts';
import { lockedProgram } from './npm/locked-program.ts';
import { NpmRegistry } from './npm/npm-registry.ts';
import { packProgram } from './npm/pack-program.ts';
import { needsBash } from './needs-bash.ts';
import { workspaceRoot } from './rules/source-files.ts';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const text = readFileSync(join(workspaceRoot, 'action.yml'), 'utf8');
const action: Action = parse(text);
const scripts = action.runs.steps.filter(({ run }) => run !== undefined);

/** Every key that an action of steps may have. Source: docs.github.com, "Metadata syntax reference". */
const permitted = {
  action: ['name', 'author', 'description', 'inputs', 'outputs', 'runs', 'branding'],
  input: ['description', 'required', 'default', 'deprecationMessage'],
  output: ['description', 'value'],
  runs: ['using', 'steps'],
  step: ['id', 'if', 'name', 'uses', 'with', 'shell', 'run', 'env', 'working-directory', 'continue-on-error'],
};

describe('action.yml', () => {
  test('takes nothing from a cache that other jobs fill, and neither does what publishes', () => {
    const { jobs } = parse(readFileSync(join(workspaceRoot, '.github/workflows/release.yml'), 'utf8')) as { readonly jobs: Readonly<Record<string, { steps: Step[] }>> };
    const steps = [...action.runs.steps, ...['release', 'service'].flatMap((name) => jobs[name]?.steps ?? [])];
    const cached = steps.filter(({ uses = '' }) => uses.startsWith('actions/setup-')).map(({ with: given }) => given?.['package-manager-cache'] ?? given?.['cache']);

    expect(cached).toEqual([false, false, false, false]);
  });

  test('has the keys that GitHub knows, and no other', () => {
    const { inputs, outputs, runs } = action;
    const offences = [
      unknownKeys(action, permitted.action),
      ...Object.values(inputs).map((input) => unknownKeys(input, permitted.input)),
      ...Object.values(outputs).map((output) => unknownKeys(output, permitted.output)),
      unknownKeys(runs, permitted.runs),
      ...runs.steps.map((step) => unknownKeys(step, permitted.step)),
    ];

    expect(offences.flat()).toEqual([]);
    expect(runs.using).toBe('composite');
    expect(scripts.filter(({ shell }) => shell !== 'bash')).toEqual([]);
  });

  test('has no expression in a script: an input cannot become a part of it', () => {
    expect(scripts.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  test('describes each input and output, and uses each input', () => {
    const described = [...Object.values(action.inputs), ...Object.values(action.outputs)].map(({ description }) => description);

    expect(described.filter((description) => !/^[A-Zk].*[.!]$|sha256:\.\.\.$/.test(description))).toEqual([]);
    expect(Object.keys(action.inputs).filter((name) => !text.includes(`inputs.${name} }}`))).toEqual([]);
  });

  test('takes the program from the folder that init writes', () => {
    expect(action.inputs['program']?.default).toBe(programFolder);
  });

  test.each(['action.yml', 'packages/cli/src/init/templates/github-workflow.ts'])('%s pins the actions of others by the commit that our own workflows use', (path) => {
    const uses = /\bactions\/[\w-]+@[^'\n]+/g;
    const folder = join(workspaceRoot, '.github/workflows');
    const own = new Set(readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').match(uses) ?? []));
    const pinned = readFileSync(join(workspaceRoot, path), 'utf8').match(uses) ?? [];

    expect(pinned.length).toBeGreaterThan(0);
    expect(pinned.filter((use) => !own.has(use) || !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  });
});

const imageDigest = `sha256:${'1'.repeat(64)}`;

describe('a job that uses the action', () => {
  let bench: Workbench;
  let registry: FakeRegistry;

  beforeAll(async () => {
    registry = await FakeRegistry.start({ auth: { kind: 'basic', username: 'robot', password: 's3cret' } });
  });

  beforeEach(needsBash);

  beforeEach(() => {
    bench?.[Symbol.dispose]();
    bench = new Workbench();
    bench.git('remote', 'add', 'origin', 'https://github.com/example/app.git');
    bench.write('bin/capsule', `#!/bin/sh\nexec '${process.execPath}' '${capsulePath}' "$@"\n`);
    chmodSync(bench.path('bin/capsule'), 0o755);
    mkdirSync(bench.path('runner'));
    const sections = ['image: { repository: ghcr.io/example/app }', 'capsule: { repository: "oci:../capsules" }'];
    bench.commit({ ...lockedProgram, 'capsule.yaml': `apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: { from: k8s }\n${sections.join('\n')}\n` });
  });

  afterAll(async () => {
    bench?.[Symbol.dispose]();
    await registry.stop();
  });

  const inputs = (): Readonly<Record<string, string>> => ({
    'image-digest': imageDigest,
    sign: 'key',
    key: bench.read('signing.key'),
    command: bench.path('bin/capsule'),
    'working-directory': bench.path('app'),
  });

  test('releases, and hands on digest, reference and tag; the release verifies', async () => {
    const { status, stderr, outputs } = await runAction(bench, inputs());

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(outputs).toEqual({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), reference: expect.stringContaining(bench.tag), tag: bench.tag });
    expect(await bench.run(['verify', `oci:capsules:${bench.tag}`, ...bench.verifyOptions])).toMatchObject({ status: 0 });
    expect(readdirSync(bench.path('runner')).filter((name) => name.startsWith('release-capsule-'))).toEqual([]);
  });

  test('logs in for itself alone: nothing of the login is left', async () => {
    const place = `${registry.host}/example/app-capsule`;
    const login = { to: place, registry: registry.host, username: 'robot', password: 's3cret' };
    const { status, stdout, stderr, outputs } = await runAction(bench, { ...inputs(), ...login });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(outputs['reference']).toBe(`${place}:${bench.tag}@${outputs['digest'] ?? ''}`);
    expect(stdout).not.toContain('s3cret');
    expect(readdirSync(bench.path('runner')).filter((name) => name.startsWith('release-capsule-'))).toEqual([]);
    expect(existsSync(bench.path('home', '.docker'))).toBe(false);
  });

  test('fails as the command does, with nothing handed on', async () => {
    const { status, stderr, outputs } = await runAction(bench, { ...inputs(), 'image-digest': 'sha256:short' });

    expect({ status, outputs }).toEqual({ status: 2, outputs: {} });
    expect(stderr).toContain('[OPTION_INVALID]');
  });

  describe('without a command', () => {
    let scratch: string;
    let npm: NpmRegistry;

    beforeAll(async () => {
      scratch = mkdtempSync(join(tmpdir(), 'capsule-action-'));
      npm = await NpmRegistry.start();
      npm.publish(packProgram(scratch));
    }, 60_000);

    beforeEach(() => {
      symlinkSync(process.execPath, bench.path('bin/node'));
      bench.write('home/.npmrc', `registry=${npm.address}\nfetch-retries=0\ncache=${bench.path('npm-cache')}\n`);
    });

    afterAll(async () => {
      await npm[Symbol.asyncDispose]();
      rmSync(scratch, { recursive: true, force: true });
    });

    /** Commits a lock file for what the registry serves. */
    const lock = (tarball: Buffer): void => {
      const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
      bench.commit(Object.fromEntries([programManifest, programLock(integrity)].map((file) => [file.path, file.text])));
    };

    test('installs the program that the lock file names, and releases with it', async () => {
      lock(packProgram(scratch).tarball);
      const { status, outputs } = await runAction(bench, { ...inputs(), command: '' });

      expect({ status, tag: outputs['tag'] }).toEqual({ status: 0, tag: bench.tag });
      expect(readdirSync(bench.path('runner')).filter((name) => name.startsWith('release-capsule-'))).toEqual([]);
    });

    test('runs nothing where the registry serves another program', async () => {
      const { status, stderr, outputs } = await runAction(bench, { ...inputs(), command: '' });

      expect({ status, outputs }).toEqual({ status: 1, outputs: {} });
      expect(stderr).toContain('EINTEGRITY');
    });

    test('runs nothing without a lock file', async () => {
      rmSync(bench.path('app', programFolder), { recursive: true });
      const { status, stderr } = await runAction(bench, { ...inputs(), command: '' });

      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('has no package-lock.json: capsule init writes it') });
    });

    test('hands no secret of the step to npm', async () => {
      chmodSync(bench.write('bin/npm', `#!/bin/sh\nenv > '${bench.path('npm-env')}'\nexit 1\n`), 0o755);
      const secrets = { key: 'planted-key', 'key-password': 'planted-password', password: 'planted-login' };
      await runAction(bench, { ...inputs(), ...secrets, command: '' }, { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'planted-token' });

      expect(bench.read('npm-env')).toContain('PATH=');
      expect(bench.read('npm-env')).not.toContain('planted');
    });

    test('runs no program and asks no registry that lies in the checkout', async () => {
      lock(packProgram(scratch).tarball);
      const planted = 'app/node_modules/release-capsule';
      bench.write(`${planted}/package.json`, JSON.stringify({ name: 'release-capsule', version: '0.1.0', bin: { capsule: 'evil.js' } }));
      chmodSync(bench.write(`${planted}/evil.js`, `#!/usr/bin/env node\nrequire('fs').writeFileSync('${bench.path('pwned')}', '')\n`), 0o755);
      for (const folder of ['app', `app/${programFolder}`]) bench.write(`${folder}/.npmrc`, 'registry=http://127.0.0.1:1/\n');
      const { status } = await runAction(bench, { ...inputs(), command: '' });

      expect({ status, isRun: existsSync(bench.path('pwned')) }).toEqual({ status: 0, isRun: false });
    });
  });

  const evil = ['$(touch pwned)`touch pwned`', `"; touch pwned; "'; touch pwned; '`, '\ntouch pwned\nreference=evil', '--key=/etc/passwd', '${{ github.token }} *'];
  const cases = Object.keys(action.inputs).filter((name) => !['working-directory', 'command', 'key'].includes(name)).flatMap((name) => evil.map((value) => [name, value] as const));

  test.each(cases)('takes the input %s for text: %j', async (name, value) => {
    const { outputs } = await runAction(bench, { ...inputs(), [name]: value, ...(name === 'program' && { command: '' }), ...(name === 'registry' && { password: 'x' }) });

    expect(existsSync(bench.path('app/pwned'))).toBe(false);
    expect(outputs['reference'] ?? '').not.toContain('evil');
    expect(Object.keys(outputs).filter((key) => !['digest', 'reference', 'tag'].includes(key))).toEqual([]);
  });
});

interface JobResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the script of the action as GitHub's runner does.
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", jobs.<id>.steps[*].shell, and "Workflow commands".
 */
async function runAction(bench: Workbench, given: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): Promise<JobResult> {
  const [step] = scripts;
  const script = bench.write('runner/script.sh', step?.run ?? '');
  const output = bench.write('runner/output', '');
  const env = {
    ...bench.env,
    ...more,
    PATH: `${bench.path('bin')}:${bench.env['PATH']}`,
    ...Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, value]) => [name, evaluate(value, given)])),
    GITHUB_OUTPUT: output,
    GITHUB_WORKSPACE: bench.path('app'),
    RUNNER_TEMP: bench.path('runner'),
  };
  const cwd = evaluate(step?.['working-directory'] ?? '', given);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([readText(child.stdout), readText(child.stderr)]);
  return { status: await ended, stdout, stderr, outputs: readOutputs(readFileSync(output, 'utf8')) };
}

/** An expression of the action is one input, or the actor: the runner puts the value there, whatever it holds. */
function evaluate(template: string, given: Readonly<Record<string, string>>): string {
  return template.replace(/^\$\{\{ (?:inputs\.([\w-]+)|(github\.actor)) \}\}$/, (_all, name: string | undefined) => {
    if (name === undefined) return 'octocat';
    return given[name] ?? evaluate(action.inputs[name]?.default ?? '', {});
  });
}

/** Reads what a step has handed on: lines of NAME=VALUE, or of several lines after NAME<<MARK. */
function readOutputs(written: string): Readonly<Record<string, string>> {
  const lines = written.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function unknownKeys(value: object, known: readonly string[]): readonly string[] {
  return Object.keys(value).filter((key) => !known.includes(key));
}
