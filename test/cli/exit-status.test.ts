import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let registry: FakeRegistry;
let place: string;

beforeAll(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start();
  place = `${registry.host}/example/app-capsule`;
  await bench.release(place);
});

afterAll(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

describe('the exit status', () => {
  test('is 0 where a capsule from a registry is accepted', async () => {
    const { status, stderr } = await bench.run(['unpack', `${place}:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/r']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('is 1 where it is refused', async () => {
    const other = ['--image', bench.image.replace(/1{64}/, '2'.repeat(64)), '--name', 'app', '--key', 'signing.pub'];

    const { status, stdout, stderr } = await bench.run(['verify', `${place}:${bench.tag}`, ...other]);

    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^✘ refused\n/);
  });

  test('is 2 where the call itself is wrong', async () => {
    expect(await bench.run(['verify', `${place}:${bench.tag}`])).toMatchObject({ status: 2, stdout: '' });
  });

  test('is 3 where the registry throttles: not a refusal, try again', async () => {
    using throttled = await throttledRegistry();
    const reference = `${throttled.host}/example/app-capsule:${bench.tag}`;

    const { status, stdout } = await bench.run(['unpack', reference, ...bench.verifyOptions, '--output', 'out/throttled']);

    expect({ status, stdout }).toMatchObject({ status: 3, stdout: expect.stringMatching(/^\? undetermined\n[^]*THROTTLED\]/) });
    expect(bench.snapshot('out/throttled')).toEqual([]);
  }, 120_000);

  test('is 3 where the registry does not answer in time', async () => {
    await using silent = await silentServer();
    const reference = `${silent.host}/example/app-capsule:${bench.tag}`;

    const { status, stdout } = await bench.run(['verify', reference, ...bench.verifyOptions, '--timeout', '1']);

    expect({ status, stdout }).toMatchObject({ status: 3, stdout: expect.stringMatching(/has not sent the manifest of the tag [^ ]+ within 1 seconds.*\[CAPSULE_LOOKUP_FAILED\]\n.*--timeout/) });
  });

  test.each(['0', '-1', '1.5', '90000', 'soon', ''])('is 2 where the time to wait is "%s"', async (timeout) => {
    const result = await bench.run(['verify', `${place}:${bench.tag}`, ...bench.verifyOptions, `--timeout=${timeout}`]);

    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/--timeout.*\[OPTION_INVALID\]\nhint: /) });
  });

  test('is 3 where nobody answers, for a command that judges nothing too', async () => {
    const { status, stderr } = await bench.run(['inspect', '127.0.0.1:1/example/app:latest']);

    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringMatching(/\[UNAVAILABLE\]\nhint: /) });
  }, 120_000);

  test('is 4 where this machine cannot do it', async () => {
    const noPlace = { TMPDIR: bench.path('no-such-directory') };

    const { status, stdout, stderr } = await bench.run(['verify', `${place}:${bench.tag}`, ...bench.verifyOptions], { env: noPlace });

    expect({ status, stdout, stderr }).toMatchObject({ status: 4, stdout: '', stderr: expect.stringMatching(/\[STORAGE_FAILED\]\nhint: .*TMPDIR/) });
  });

  test('is 4 without git', async () => {
    const { status, stderr } = await bench.run(['pack', ...bench.packOptions, '--to', 'oci:x'], { env: { PATH: bench.path('out') } });

    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringMatching(/\[GIT_UNAVAILABLE\]\nhint: .*git/) });
  });

  test('is 130 where Ctrl-C ends a wait for a registry that does not answer', async () => {
    registry.fail({ path: /never/, fault: { kind: 'silence' } });
    const running = bench.start(['inspect', `${registry.host}/never/answers:latest`]);
    await expect.poll(() => registry.asked().some((request) => request.includes('never'))).toBe(true);

    running.signal('SIGINT');

    expect(await running.ended).toMatchObject({ status: 130, stdout: '', stderr: expect.stringContaining('[INTERRUPTED]') });
  });

  test('is 130 where Ctrl-C ends a wait for a Freight that nobody types', async () => {
    const running = bench.start(['verify', 'oci:x', '--freight', '-', '--name', 'app', '--key', 'signing.pub'], { isInputOpen: true });
    await sleep(700);

    running.signal('SIGINT');

    expect(await running.ended).toMatchObject({ status: 130, stdout: '', stderr: expect.stringContaining('[INTERRUPTED]') });
  });

  test('is not changed by a reader that has seen enough', async () => {
    const running = bench.start(['inspect', `${place}:${bench.tag}`]);
    running.child.stdout?.destroy();

    expect(await running.ended).toMatchObject({ status: 0, stderr: '' });
  });
});

async function throttledRegistry(): Promise<Disposable & { readonly host: string }> {
  const throttled = await FakeRegistry.start();
  throttled.fail({ fault: { kind: 'answer', status: 429, headers: { 'retry-after': '0' } } });
  return { host: throttled.host, [Symbol.dispose]: () => void throttled.stop() };
}

/** A server that takes every request and answers none. */
async function silentServer(): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  const dispose = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `127.0.0.1:${address.port}`, [Symbol.asyncDispose]: dispose };
}
