import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { lockedProgram } from '../npm/locked-program.ts';
import { capsulePath } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

const escape = '\u001B[';
const eraseLine = `\r${escape}2K`;
const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /;
// oxlint-disable-next-line no-control-regex -- colours are control sequences
const colour = /\u001B\[[0-9;]+m/;

let bench: Workbench;
let registry: FakeRegistry;
let reference: string;

beforeAll(async () => {
  bench = new Workbench();
  bench.git('remote', 'add', 'origin', 'https://github.com/example/app');
  bench.commit(lockedProgram);
  registry = await FakeRegistry.start();
  const place = `${registry.host}/example/app-capsule`;
  await bench.release(place);
  reference = `${place}:${bench.tag}`;
}, 60_000);

afterAll(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

// The program `script` of util-linux gives a command a terminal; that of other systems is called otherwise.
describe.skipIf(!hasScript())('on a terminal', () => {
  test('what takes longer than half a second is told, and taken off the screen', async () => {
    slowDown();
    const { status, shown } = await onTerminal(['inspect', reference]);

    expect(status).toBe(0);
    expect(shown).toMatch(/\r\S*⠋\S* Reading the capsule/);
    expect(shown.lastIndexOf(eraseLine)).toBeGreaterThan(shown.search(spinner));
    expect(shown.slice(shown.lastIndexOf(eraseLine))).not.toMatch(spinner);
    expect(shown).toContain('8 files');
  });

  test('what is quicker is not', async () => {
    const { shown } = await onTerminal(['help', 'verify']);

    expect(shown).not.toMatch(spinner);
  });

  test.each([
    ['CI', { CI: 'true' }],
    ['a terminal that cannot erase', { TERM: 'dumb' }],
  ])('nothing moves in %s', async (_what, env) => {
    slowDown();
    const { status, shown } = await onTerminal(['inspect', reference], { env });

    expect(status).toBe(0);
    expect(shown).not.toMatch(spinner);
    expect(shown).not.toContain(eraseLine);
  });

  test.each([['--json'], ['--quiet']])('nothing moves with %s', async (flag) => {
    slowDown();
    expect((await onTerminal(['inspect', reference, flag])).shown).not.toMatch(spinner);
  });

  test('results are in colour, unless NO_COLOR is set', async () => {
    const verify = ['verify', reference, ...bench.verifyOptions];

    expect((await onTerminal(verify)).shown).toContain(`${escape}32m`);
    expect((await onTerminal(verify, { env: { NO_COLOR: '1' } })).shown).not.toMatch(colour);
    expect((await onTerminal(verify, { env: { NO_COLOR: '' } })).shown).toMatch(colour);
  });

  test.each([[[]], [['--verbose']], [['--key', 'other.pub']]])('a verdict with %j fits the terminal, breaks no word and cuts digests', async (flags) => {
    bench.write('other.pub', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const args = ['verify', reference, '--image', bench.image, '--name', 'app', '--key', 'signing.pub', ...flags];
    const { shown } = await onTerminal(args, { env: { NO_COLOR: '1' } });
    const piped = await bench.run(args);
    const lines = shown.slice(shown.lastIndexOf(eraseLine) + 1).split('\r\n');

    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(shown).not.toMatch(/[0-9a-f]{40}/);
    expect(piped.stdout).toContain(bench.head);
    const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
    const cut = piped.stdout.replaceAll(/(?<![0-9a-zA-Z])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-zA-Z])/g, (digits) => digits.slice(0, 12));
    expect(words(lines.join(' ')).slice(-10)).toEqual(words(cut).slice(-10));
  });

  test.each([
    ['no command', ['--help']],
    ['a release', ['pack', '--repo', 'app', '--name', 'app', '--package', 'k8s', '--image', `ghcr.io/example/app@sha256:${'1'.repeat(64)}`, '--to', 'oci:seen']],
    ['a capsule', ['inspect', 'CAPSULE']],
    ['a public key', ['inspect', '--key', 'signing.pub']],
    ['a set-up', ['init', '--repo', 'app', '--image', 'ghcr.io/example/app', '--yes', '--dry-run']],
  ])('what is said of %s fits the terminal, but for a word that is wider', async (_what, args) => {
    const { status, shown } = await onTerminal(args.map((arg) => (arg === 'CAPSULE' ? reference : arg)), { env: { NO_COLOR: '1' } });
    const wide = shown.split(/\r\n|\r/).filter((line) => line.length > 80 && line.trim().includes(' ') && !/^ {6}- key: /.test(line));

    expect({ status, wide }).toEqual({ status: 0, wide: [] });
  });

  test('an inspected capsule shows what is copied whole: itself, and the policies', async () => {
    const { shown } = await onTerminal(['inspect', reference], { env: { NO_COLOR: '1' } });
    const piped = await bench.run(['inspect', reference]);
    const policy = piped.stdout.slice(piped.stdout.indexOf('  apiVersion:')).trimEnd().split('\n');

    expect(policy.length).toBeGreaterThan(5);
    for (const line of policy) expect(shown.split('\r\n')).toContain(line);
    const [, digest = ''] = /@(sha256:[0-9a-f]{64})/.exec(piped.stdout) ?? [];
    expect(shown).toContain(digest);
    expect(shown).toContain(`commit        ${bench.head}`);
    expect(shown).toMatch(/package +kustomize, package\/kustomize, sha256:[0-9a-f]{12}\r/);
  });

  test('a verdict in CI has every digit', async () => {
    const { shown } = await onTerminal(['verify', reference, ...bench.verifyOptions], { env: { CI: 'true' } });

    expect(shown).toContain(`commit ${bench.head}`);
  });

  test('a new key’s password is asked for twice, and never shown', async () => {
    rmSync(bench.path('typed'), { recursive: true, force: true }); // CI tries a failed test a second time
    const { status, shown } = await onTerminal(['keygen', '--output', 'typed'], { types: ['s3cret-typed\r', 's3cret-typed\r'] });

    expect({ status, shown }).toMatchObject({ status: 0 });
    expect(shown).toMatch(/Password for the key: \r?\n.*The same again: \r?\n/s);
    expect(shown).not.toContain('s3cret');
    const signed = { COSIGN_PASSWORD: 's3cret-typed' };
    expect(await bench.run(['sign', reference, '--key', 'typed/cosign.key'], { env: signed })).toMatchObject({ status: 0 });
  });

  test('two passwords that differ make no key', async () => {
    const { status, shown } = await onTerminal(['keygen', '--output', 'differing'], { types: ['one\r', 'two\r'] });

    expect(status).toBe(2);
    expect(shown).toContain('the two passwords differ');
    expect(existsSync(bench.path('differing'))).toBe(false);
  });

  test('Ctrl-C at the prompt ends the command', async () => {
    const { status, shown } = await onTerminal(['keygen', '--output', 'interrupted'], { types: ['half a pass\u0003'] });

    expect(status).toBe(130);
    expect(shown).toContain('[INTERRUPTED]');
    expect(existsSync(bench.path('interrupted'))).toBe(false);
  });

  test('the end of input at the prompt is no password', async () => {
    const { status, shown } = await onTerminal(['keygen', '--output', 'ended'], { types: ['\u0004'] });

    expect(status).toBe(2);
    expect(shown).toContain('no password was given');
    expect(readdirSync(bench.directory)).not.toContain('ended');
  });

  test('init asks what it cannot find out, with what it suggests, and again where an answer is none', async () => {
    const init = ['init', '--repo', 'app', '--image', 'ghcr.io/example/app', '--dry-run'];
    const { status, shown } = await onTerminal(init, { types: ['Not A Stage\r', 'test,live\r', 'not a url\r', '\r'] });

    expect(status).toBe(0);
    expect(shown.match(/\? ?\S* Kargo's stages, in order/g)).toHaveLength(2);
    expect(shown).toContain('"Not A Stage" cannot name a Kubernetes resource. Use lower-case letters');
    expect(shown).toContain('--gitops-repo is not an https, ssh or scp-like address');
    expect(wordsOf(shown)).toContain('The repository of the rendered branches [default: https://github.com/example/app]');
    expect(shown).toContain('project app: test → live');
  });

  test('init shows the images that the package runs, and asks which is the application', async () => {
    const other = new Workbench({
      'k8s/kustomization.yaml': 'resources: [a.yaml]\n',
      'k8s/a.yaml': 'kind: Pod\nspec: {containers: [{image: stefanprodan/podinfo}, {image: redis}]}\n',
    });
    other.git('remote', 'add', 'origin', 'https://github.com/acme/podinfo');
    const { status, shown } = await onTerminal(['init', '--repo', other.path('app'), '--no-kargo', '--dry-run', '--ci', 'none'], {
      types: ['\r', 'not a name\r', 'stefanprodan/podinfo\r'],
    });
    other[Symbol.dispose]();

    expect(status).toBe(0);
    expect(wordsOf(shown)).toContain("image's repository; the package runs redis, stefanprodan/podinfo [default: ghcr.io/acme/podinfo]");
    expect(shown.match(/What the package calls it \S*\(redis, stefanprodan\/podinfo\)/g)).toHaveLength(2);
    expect(shown).toContain('ghcr.io/acme/podinfo, which the package calls stefanprodan/podinfo');
  });

  test('lock asks which of the images is the application', async () => {
    const other = new Workbench({
      'capsule.yaml': 'apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: {from: k8s}\nimage: {repository: ghcr.io/acme/podinfo}\n',
      'k8s/kustomization.yaml': 'resources: [a.yaml]\n',
      'k8s/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: stefanprodan/podinfo}, {name: b, image: redis}]}\n',
    });
    const { status, shown } = await onTerminal(['lock', '--config', other.path('app/capsule.yaml'), '--no-resolve'], {
      types: ['podinfo\r', 'stefanprodan/podinfo\r'],
    });
    const written = other.read('app/capsule.lock.yaml');
    other[Symbol.dispose]();

    expect(status).toBe(0);
    expect(wordsOf(shown).match(/Which of these is ghcr\.io\/acme\/podinfo\? Several with commas \(redis, stefanprodan\/podinfo\)/g)).toHaveLength(2);
    expect(shown).toContain('podinfo is not one of the images. It is one of redis, stefanprodan/podinfo.');
    expect(written).toContain('- name: "stefanprodan/podinfo"');
  });

  describe('before init writes,', () => {
    const init = ['init', '--repo', 'app', '--image', 'ghcr.io/example/app', '--no-kargo', '--ci', 'none'];
    afterEach(() => {
      for (const name of ['capsule.yaml', 'capsule-policy.yaml']) rmSync(bench.path('app', name), { force: true });
    });

    test.each([
      ['Enter', ['\r']],
      ['y', ['y\r']],
      ['another answer first', ['what\r', 'YES\r']],
    ])('it shows what it is going to write and asks: %s writes it', async (_what, types) => {
      const { status, shown } = await onTerminal(init, { types });

      expect(status).toBe(0);
      expect(shown).toMatch(/would be created\S* {2}capsule\.yaml[^]*\? ?\S* Write these files\? \S*\[Y\/n\][^]*app is set up/);
      expect(shown.match(/capsule-policy\.yaml\r?$/gm)).toHaveLength(1); // what was shown is not repeated
      expect(existsSync(bench.path('app/capsule.yaml'))).toBe(true);
    });

    test('n writes nothing', async () => {
      const { status, shown } = await onTerminal(init, { types: ['n\r'] });

      expect(status).toBe(0);
      expect(shown).toContain('Nothing was written.');
      expect(shown).not.toContain('is set up');
      expect(existsSync(bench.path('app/capsule.yaml'))).toBe(false);
    });

    test.each([
      ['Ctrl-C', '\u0003', 130],
      ['the end of input', '\u0004', 2],
    ])('%s writes nothing', async (_what, typed, expected) => {
      const { status } = await onTerminal(init, { types: [typed] });

      expect(status).toBe(expected);
      expect(existsSync(bench.path('app/capsule.yaml'))).toBe(false);
    });

    test('a file that differs is told before anything is asked', async () => {
      bench.write('app/capsule-policy.yaml', 'mine\n');
      const { status, shown } = await onTerminal(init);

      expect(status).toBe(2);
      expect(shown).toContain('[FILE_DIFFERS]');
      expect(shown).not.toContain('Write these files?');
    });

    test('nothing is asked where nothing would change', async () => {
      await bench.json([...init, '--yes']);
      const { status, shown } = await onTerminal(init);

      expect(status).toBe(0);
      expect(shown).toContain('app is set up already');
    });
  });

  test('init asks nothing with --yes', async () => {
    const { status, shown } = await onTerminal(['init', '--repo', 'app', '--image', 'ghcr.io/example/app', '--yes', '--dry-run']);

    expect({ status, questions: shown.match(/^\S*\?/gm) }).toEqual({ status: 0, questions: null });
  });

  test.each([
    ['Ctrl-C', '\u0003', 130, '[INTERRUPTED]'],
    ['the end of input', '\u0004', 2, 'no answer was given'],
  ])('%s at a question of init writes nothing', async (_what, typed, expected, says) => {
    const { status, shown } = await onTerminal(['init', '--repo', 'app', '--image', 'ghcr.io/example/app', '--ci', 'github', '--sign', 'key'], { types: [typed] });

    expect(status).toBe(expected);
    expect(shown).toContain(says);
    // oxlint-disable-next-line no-control-regex -- as below
    expect(shown).toMatch(/[\r\n](?:\u001B\[[0-9;]*[A-Za-z])*(?:interrupted|error):/); // never behind the question
    expect(existsSync(bench.path('app/capsule.yaml'))).toBe(false);
  });

  test('the prompt for a key’s password stands alone, whatever took long before it', async () => {
    rmSync(bench.path('slow'), { recursive: true, force: true });
    await bench.json(['keygen', '--output', 'slow'], { env: { COSIGN_PASSWORD: 'pass' } });
    slowDown();
    const { status, shown } = await onTerminal(['sign', reference, '--key', 'slow/cosign.key'], { types: ['pass\r'], pauseMs: 900 });

    expect({ status, shown }).toMatchObject({ status: 0 });
    const asked = shown.slice(shown.indexOf('Password for the key: '));
    expect(asked.slice(0, asked.indexOf('\n'))).not.toMatch(spinner);
  });
});

describe('in a pipe', () => {
  test('output is plain', async () => {
    slowDown();
    const { stdout, stderr } = await bench.run(['inspect', reference]);

    expect(stdout + stderr).not.toContain(escape);
    expect(stdout + stderr).not.toMatch(spinner);
  });

  test('FORCE_COLOR asks for colours, and NO_COLOR has the last word', async () => {
    const verify = ['verify', reference, ...bench.verifyOptions];

    expect((await bench.run(verify, { env: { FORCE_COLOR: '1' } })).stdout).toMatch(colour);
    expect((await bench.run(verify, { env: { FORCE_COLOR: '0' } })).stdout).not.toMatch(colour);
    expect((await bench.run(verify, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toMatch(colour);
    expect((await bench.run([...verify, '--json'], { env: { FORCE_COLOR: '1' } })).stdout).not.toMatch(colour);
  });
});

/** Lets the next manifest come byte by byte: it takes some seconds. */
function slowDown(): void {
  registry.fail({ method: 'GET', path: /manifests/, fault: { kind: 'trickle', everyMs: 1 }, times: 1 });
}

interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed, a piece at each prompt. */
  readonly types?: readonly string[];
  /** Between a prompt and what is typed. */
  readonly pauseMs?: number;
}

/** Runs a command on a terminal of its own; returns all that was ever on its screen. */
function onTerminal(args: readonly string[], { env, types = [], pauseMs = 100 }: TerminalOptions = {}): Promise<{ status: number | null; shown: string }> {
  const quoted = [process.execPath, capsulePath, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], { cwd: bench.directory, env: { ...bench.env, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env } });
  const left = [...types];
  let shown = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    // oxlint-disable-next-line no-control-regex -- a prompt may be coloured, and readline moves the cursor about it
    const prompts = shown.replaceAll(/\u001B\[[0-9;]*[A-Za-z]/g, '').match(/(?:^|[\r\n])(?:\? |Password|The same)(?:[^\r\n]|\r?\n(?= ))*?(?:: |\[Y\/n\] )/g)?.length ?? 0;
    if (prompts <= answered) return;
    answered = prompts;
    const piece = left.shift();
    if (piece !== undefined) setTimeout(() => child.stdin.write(piece), pauseMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, shown }));
  });
}

/** What stands on a screen, without colours, movements of the cursor and breaks of lines. */
function wordsOf(shown: string): string {
  // oxlint-disable-next-line no-control-regex -- as above
  return shown.replaceAll(/\u001B\[[0-9;]*[A-Za-z]/g, '').replaceAll(/\s+/g, ' ');
}

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes('util-linux');
  } catch {
    return false;
  }
}
