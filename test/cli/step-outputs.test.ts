import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { workspaceRoot } from '../rules/source-files.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
});

afterAll(() => bench[Symbol.dispose]());

function unpack(...more: readonly string[]): readonly string[] {
  return ['unpack', `oci:capsules:${bench.tag}`, ...bench.verifyOptions, '--replace', '--output', 'out/release', ...more];
}

/** Reads a file as a step's outputs are read: `key=value`, quotes being part of the value. */
function readOutputs(path: string): Readonly<Record<string, string>> {
  const lines = bench.read(path).trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

describe('the outputs that `capsule unpack` leaves for later steps', () => {
  test('go to the file that a variable names, beside what stands there', async () => {
    bench.write('out/kargo', 'earlier=kept\n');

    const { status, stderr } = await bench.run(unpack('--outputs', 'env://KARGO_OUTPUT'), { env: { KARGO_OUTPUT: 'out/kargo' } });

    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(readOutputs('out/kargo')).toMatchObject({
      earlier: 'kept',
      path: 'out/release/package/kustomize',
      packageKind: 'kustomize',
      packagePath: 'package/kustomize',
      packageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      capsule: expect.stringMatching(/@sha256:[0-9a-f]{64}$/),
      capsuleDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      imageDigest: `sha256:${'1'.repeat(64)}`,
      gitCommit: bench.head,
      release: 'app',
      outcome: 'accepted',
    });
    expect(existsSync(bench.path(readOutputs('out/kargo')['path'] ?? '', 'base/kustomization.yaml'))).toBe(true);
  });

  test('have the names that the PromotionTask gives the same', async () => {
    await bench.run(unpack('--outputs', 'out/names'));

    const task = readFileSync(join(workspaceRoot, 'deploy/kargo/release-capsule/capsule-verify.yaml'), 'utf8');
    const { spec } = parse(task) as { readonly spec: { readonly steps: readonly { readonly uses: string; readonly config: object }[] } };
    const composed = spec.steps.find(({ uses }) => uses === 'compose-output')?.config ?? {};
    // The package is no chart, and has no values.
    const named = Object.keys(composed).filter((key) => key !== 'imageValues');
    expect(Object.keys(readOutputs('out/names'))).toEqual(expect.arrayContaining(named));
  });

  test('are not written where the release is refused', async () => {
    const wrongImage = bench.image.replace(/1{64}/, '2'.repeat(64));
    const expected = ['--image', wrongImage, '--name', 'app', '--key', 'signing.pub'];
    const { status } = await bench.run(['unpack', `oci:capsules:${bench.tag}`, ...expected, '--output', 'out/never', '--outputs', 'out/none']);

    expect(status).toBe(1);
    expect([existsSync(bench.path('out/none')), existsSync(bench.path('out/never'))]).toEqual([false, false]);
  });

  test.each(['env://KARGO_OUTPUT', ''])('need a file: %j without the variable is a mistake, and nothing is verified', async (outputs) => {
    const { status, stderr } = await bench.run(unpack('--outputs', outputs));
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('names no file') });
  });

  test('that cannot be written are a malfunction', async () => {
    const { status, stderr } = await bench.run(unpack('--outputs', 'out'));
    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining('FILE_UNWRITABLE') });
  });
});
