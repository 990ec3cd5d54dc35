import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';
import { Workbench } from './workbench.ts';

const commands = ['init', 'lock', 'release', 'verify', 'unpack', 'inspect', 'pack', 'sign', 'attest', 'serve', 'keygen', 'trust'];

let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
});

afterAll(() => bench[Symbol.dispose]());

describe('capsule', () => {
  test.each([['--version'], ['-V']])('%s prints the version of the package', async (flag) => {
    const { version } = JSON.parse(readFileSync(join(workspaceRoot, 'packages/cli/package.json'), 'utf8'));

    expect(await bench.run([flag])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([[['--help']], [['-h']], [['help']], [['help', 'help']]])('%j lists every command', async (args) => {
    const { status, stdout, stderr } = await bench.run(args);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name} +[A-Z]`, 'm'));
  });

  test('without a command says what there is, and does not pass for a verification', async () => {
    const { status, stdout, stderr } = await bench.run([]);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: capsule COMMAND [OPTIONS]');
  });

  test.each([
    [['veryfi'], 'Did you mean capsule verify?'],
    [['help', 'unpak'], 'Did you mean capsule unpack?'],
    [['deploy'], 'capsule --help lists the commands.'],
    [['--quiet', 'verify'], 'Write capsule COMMAND OPTIONS'],
  ])('%j is misuse, and told what may be meant', async (args, hint) => {
    const { status, stdout, stderr } = await bench.run(args);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .* \[COMMAND_UNKNOWN\]\nhint: .*\n$/);
    expect(stderr).toContain(hint);
  });
});

describe.each(commands)('capsule %s', (name) => {
  test.each([[[name, '--help']], [[name, '-h']], [['help', name]]])('%j shows options and an example that fit 80 columns', async (args) => {
    const { status, stdout, stderr } = await bench.run(args);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: capsule ${name} `));
    expect(stdout).toMatch(/\nOptions:\n[^]*--json[^]*--quiet[^]*--help[^]*\nExample:\n {2}\S/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('takes no option that it does not know, and says what may be meant', async () => {
    const { status, stdout, stderr } = await bench.run([name, '--quiett']);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: unknown option '--quiett' \[OPTION_INVALID\]\nhint: {2}Did you mean --quiet\?/);
    expect(stderr).toContain(`capsule ${name} --help`);
  });
});

describe('--quiet', () => {
  test('prints nothing where all is well', async () => {
    const reference = `oci:capsules:${bench.tag}`;
    const runs = [
      ['keygen', '--output', 'keys'],
      ['pack', ...bench.packOptions, '--to', 'oci:quiet'],
      ['sign', `oci:quiet:${bench.tag}`, '--key', 'signing.key'],
      ['attest', `oci:quiet:${bench.tag}`, '--key', 'signing.key'],
      ['release', ...bench.packOptions, '--to', 'oci:quiet', '--key', 'signing.key'],
      ['verify', reference, ...bench.verifyOptions],
      ['unpack', reference, ...bench.verifyOptions, '--output', 'out/quiet'],
      ['inspect', reference],
    ];
    for (const args of runs) {
      const result = await bench.run([...args, '--quiet'], { env: { COSIGN_PASSWORD: 'x' } });

      expect({ command: args[0], ...result }).toEqual({ command: args[0], status: 0, stdout: '', stderr: '' });
    }
  });

  test('prints errors', async () => {
    const result = await bench.run(['inspect', 'oci:missing:none', '-q']);

    expect(result).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('[REPOSITORY_UNKNOWN]') });
  });

  test('and --json prints the document', async () => {
    const { status, stdout } = await bench.run(['verify', `oci:capsules:${bench.tag}`, ...bench.verifyOptions, '--quiet', '--json']);

    expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, accepted: true });
  });
});
