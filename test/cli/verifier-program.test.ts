import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandEntry, commandTable } from '../../packages/cli/src/command-table.ts';
import { commandTable as ownTable } from '../../packages/cli/src/verifier-program/command-table.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import type { CommandResult } from './capsule-command.ts';
import { rewrite, Workbench } from './workbench.ts';

let bench: Workbench;
let inputs: readonly string[];

/** The program of the container image: the commands that verify and unpack, bundled without what packs and signs. */
beforeAll(async () => {
  bench = new Workbench();
  const script = join(workspaceRoot, 'scripts/bundle-verifier.mjs');
  inputs = JSON.parse(execFileSync(process.execPath, [script, bench.path('program')], { encoding: 'utf8' }));
  await bench.release();
});

afterAll(() => bench[Symbol.dispose]());

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return bench.run(args, { program: bench.path('program/capsule.js'), env });
}

async function startRegistry(status: number): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'www-authenticate': 'Basic realm="registry"' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() };
}

const names = (table: readonly CommandEntry[]): readonly string[] => table.map(({ name }) => name);
const left = names(commandTable).filter((name) => !names(ownTable).includes(name));

const verify = (): readonly string[] => ['verify', `oci:capsules:${bench.tag}`, ...bench.verifyOptions];

describe('what the verifying program is made of', () => {
  test.each([
    ['the packer', /^packages\/packer\//],
    ['what starts kustomize and Helm', /^packages\/promoter\//],
    ['the code that signs', /@sigstore\/sign\//],
    ['the code that reads private keys', /@noble\/ciphers|packages\/.*private-key/],
    ['the commands that set up, pack and sign', /commands\/(init|lock|release|pack|sign|attest|keygen)\.ts$/],
    ['what starts git or a credential helper', /git-command|run-git|credential-helper\.ts$(?<!verifier-program\/credential-helper\.ts)/],
  ])('%s is not part of it', (_what, path) => {
    expect(inputs.length).toBeGreaterThan(100);
    expect(inputs.filter((input) => path.test(input))).toEqual([]);
  });

  test('nothing in it can start another program', () => {
    const files = ['capsule.js', ...readdirSync(bench.path('program/chunks')).map((name) => join('chunks', name))];
    const texts = files.map((path) => readFileSync(bench.path('program', path), 'utf8'));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => /["'](node:)?child_process["']/.test(text))).toEqual([]);
  });
});

describe('the verifying program', () => {
  test('has four commands: it serves, verifies, unpacks, and shows the trusted root', () => {
    expect(names(ownTable)).toEqual(['serve', 'verify', 'unpack', 'trust']);
  });

  test('accepts what is accepted, with status 0, and unpacks it', async () => {
    expect(await run(verify())).toMatchObject({ status: 0 });
    const [, ...args] = verify();
    expect(await run(['unpack', ...args, '--output', 'out/release'])).toMatchObject({ status: 0 });
    expect(bench.read('out/release/package/kustomize/base/config.yaml')).toContain('ConfigMap');
  });

  test('refuses a layer of which one byte was changed, with status 1', async () => {
    await bench.release('oci:tampered');
    const { digest } = JSON.parse((await run(['verify', `oci:tampered:${bench.tag}`, ...bench.verifyOptions, '--json'])).stdout).capsule;
    const manifest = JSON.parse(bench.read(`tampered/blobs/sha256/${digest.slice(7)}`));
    rewrite(bench.path('tampered/blobs/sha256', manifest.layers[0].digest.slice(7)), (bytes) => bytes.fill(bytes[20] === 1 ? 2 : 1, 20, 21));
    expect(await run(['verify', `oci:tampered:${bench.tag}`, ...bench.verifyOptions])).toMatchObject({ status: 1 });
  });

  test('is undetermined where the registry is out of order, with status 3', async () => {
    await using registry = await startRegistry(500);
    expect(await run(['verify', `${registry.host}/app:${bench.tag}`, ...bench.verifyOptions, '--plain-http'])).toMatchObject({ status: 3 });
  });

  test.each(left)('has no command %s', async (name) => {
    const { status, stderr } = await run([name]);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(`there is no command "${name}"`) });
  });

  test('signs no summary, and says so before it verifies', async () => {
    const { status, stderr } = await run([...verify(), '--summary', '--stage', 'test', '--summary-key', 'signing.key']);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('signs nothing') });
  });

  test('asks no credential helper: it says where credentials go instead', async () => {
    await using registry = await startRegistry(401);
    bench.write('docker/config.json', JSON.stringify({ credHelpers: { [registry.host]: 'cloud' } }));
    const args = ['verify', `${registry.host}/app:${bench.tag}`, ...bench.verifyOptions, '--plain-http'];
    const { status, stderr, stdout } = await run(args, { DOCKER_CONFIG: bench.path('docker') });
    expect({ status, said: stdout + stderr }).toMatchObject({ status: 3, said: expect.stringContaining('starts no other program') });
  });
});
