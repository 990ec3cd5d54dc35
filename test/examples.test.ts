import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLayout } from '@release-capsule/oci';
import { parseFreightText, policyFromFlags, verifyCapsule } from '@release-capsule/verifier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceRoot } from './rules/source-files.ts';

const run = promisify(execFile);
const examples = join(workspaceRoot, 'examples');
const maxReadmeLines = 50; // a screen
const tested = ['copy-artifact', 'pack-and-sign', 'read-record', 'sign-with-command', 'verify-and-unpack'];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examples-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('the example', () => {
  test('read-record reads the record, lists the layer and computes the digest of the package', async () => {
    const output = await runExample('read-record');

    expect(output).toContain('release   hello, commit e6944ad4e4acf337fafc4c9630cc221315bcf93c');
    expect(output).toContain('package/kustomize/base/kustomization.yaml');
    expect(output).toMatch(/The record names exactly these files\.\n$/);
  });

  test('copy-artifact finds artifact, referrer and content again after two copies', async () => {
    const output = await runExample('copy-artifact', join(folder, 'copies'));

    expect(output).toMatch(/^resolved {2}v1 is sha256:[0-9a-f]{64}$/m);
    expect(output).toMatch(/^referrer {2}sha256:[0-9a-f]{64} is of type application\/vnd\.example\.review$/m);
    expect(output).toContain('content   Hello from a blob.');
  });

  test('pack-and-sign makes one capsule of one commit, wherever and however often it runs', async () => {
    const digests = [];
    for (const name of ['release', 'elsewhere', 'release']) {
      const output = await runExample('pack-and-sign', join(folder, name));
      expect(output).toMatch(/^tagged {4}git-[0-9a-f]{40}$/m);
      digests.push(/^capsule {3}(sha256:[0-9a-f]{64})$/m.exec(output)?.[1]);
    }

    expect(digests[0]).toBeDefined();
    expect(digests).toEqual([digests[0], digests[0], digests[0]]);
  });

  test('verify-and-unpack unpacks what pack-and-sign made, and shows a refusal', async () => {
    const output = await runExample('verify-and-unpack', join(folder, 'release'));

    expect(output).toContain('proven    SIGNATURE');
    expect(output).toContain('proven    SOURCE_PROOF');
    expect(output).toMatch(/^refused {3}PAIR_DIGEST_DIFFERS: /m);
    const path = 'k8s/kustomize/base/deployment.yaml';
    const unpacked = await readFile(join(folder, 'release/release', path.replace('k8s', 'package')));
    expect(unpacked).toEqual(await readFile(join(examples, 'hello-app', path)));
  });

  test('sign-with-command signs with a key that it never holds, and the public key verifies it', async () => {
    const place = join(folder, 'release');
    const freight = parseFreightText(await readFile(join(place, 'freight.json')));
    const output = await runExample('sign-with-command', place, freight.images[1]?.tag ?? '');

    expect(output).toMatch(/^signed {4}sha256:[0-9a-f]{64}$/m);
    const policy = policyFromFlags({ name: 'hello', keyPem: await readFile(join(place, 'kms.pub'), 'utf8'), capsuleRepository: 'ghcr.io/example/hello-capsule' });
    const store = await openLayout(join(place, 'capsules'), { create: false });
    const now = (): Date => new Date();
    const verdict = await verifyCapsule(store, freight, policy, { capsule: { layout: place }, now, temporaryDirectory: folder });
    expect(verdict.findings.find(({ claim }) => claim === 'SIGNATURE')).toMatchObject({ state: 'proven' });
    if (verdict.accepted) await verdict.capsule.close();
  });
});

test('every example that is a program runs here', () => {
  expect(readdirSync(examples).filter((name) => existsSync(join(examples, name, 'package.json'))).sort()).toEqual(tested);
});

test.each(readdirSync(examples))('the example %s is explained on one screen', (name) => {
  expect(readFileSync(join(examples, name, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(maxReadmeLines);
});

/** Runs an example from the sources, as `npm start` does, and returns what it printed. Nothing may be on stderr. */
async function runExample(name: string, ...args: readonly string[]): Promise<string> {
  const cwd = join(examples, name);
  const { stdout, stderr } = await run(process.execPath, ['--conditions=source', 'index.ts', ...args], { cwd });
  expect(stderr).toBe('');
  return stdout;
}
