import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityOptions, signKeyless } from '../releases/keyless.ts';
import { capsulePath, type CommandResult } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

const preload = new URL('deny-sockets.ts', import.meta.url).href;

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
  bench.write('trusted_root.json', await signKeyless(bench.path('capsules'), bench.tag));
  bench.write('policy.yaml', policyText);
});

afterAll(() => bench[Symbol.dispose]());

const policyText = `
apiVersion: release-capsule/v1
kind: Policy
capsule:
  name: app
  signers:
    - keyless: { issuer: "${identityOptions[3]}", identity: "${identityOptions[1]}" }
trust: { trustedRoot: trusted_root.json }
`;

const reference = (): string => `oci:capsules:${bench.tag}`;
const cases: readonly (readonly [string, () => readonly string[]])[] = [
  ['an identity from flags', () => ['verify', reference(), '--image', bench.image, '--name', 'app', ...identityOptions, '--trusted-root', 'trusted_root.json']],
  ['an identity from a policy', () => ['verify', reference(), '--image', bench.image, '--policy', 'policy.yaml']],
  ['a key', () => ['verify', reference(), ...bench.verifyOptions]],
  ['an identity, unpacked', () => ['unpack', reference(), '--image', bench.image, '--policy', 'policy.yaml', '--output', 'out/release', '--replace']],
  ['the root explained', () => ['trust', 'show', 'trusted_root.json']],
];

describe('with a layout and a trusted root, no socket is opened', () => {
  test.each(cases)('for %s', async (_what, args) => {
    const { result, sockets } = await runDenied(args());

    expect(result, result.stderr).toMatchObject({ status: 0, stderr: '' });
    expect(sockets).toBe('');
  });

  test.each([
    ['a registry', () => ['verify', `127.0.0.1:50321/example/app:${bench.tag}`, ...bench.verifyOptions], 'net.Socket.connect'],
    ['the public root', () => ['trust', 'show'], /^dns\.|net\.Socket/],
  ] as const)('as one would be seen: %s needs one', async (_what, args, seen) => {
    const { result, sockets } = await runDenied(args());

    expect(result.status).toBe(3);
    expect(sockets).toMatch(seen);
  });
});

describe.skipIf(!canUnshare())('in a network namespace with nothing in it', () => {
  test.each(cases)('a verification succeeds: %s', async (_what, args) => {
    const command = ['--user', '--map-root-user', '--net', process.execPath, capsulePath, ...args()];

    await expect(promisify(execFile)('unshare', command, { cwd: bench.directory, env: bench.env })).resolves.toMatchObject({ stderr: '' });
  });
});

async function runDenied(args: readonly string[]): Promise<{ readonly result: CommandResult; readonly sockets: string }> {
  const log = bench.path('sockets.log');
  writeFileSync(log, '');
  const result = await bench.run(args, { preload, env: { CAPSULE_TEST_SOCKETS: log } });
  return { result, sockets: readFileSync(log, 'utf8') };
}

/** User namespaces are Linux's, and not permitted everywhere. */
function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--net', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
