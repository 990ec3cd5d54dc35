import { existsSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate as validateUnpack } from '../../packages/cli/generated/unpack.js';
import { validate as validateVerdict } from '../../packages/verifier/generated/verdict.js';
import { Workbench } from './workbench.ts';

let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
  using stranger = new Workbench();
  using stage = new Workbench();
  bench.write('stranger.pub', stranger.read('signing.pub'));
  bench.write('stage.key', stage.read('signing.key'));
  for (const mode of ['audit', 'enforce']) {
    const policy = (key: string): string => `apiVersion: release-capsule/v1\nkind: Policy\nmode: ${mode}\ncapsule: { name: app, signers: [{ key: ${key} }] }\n`;
    bench.write(`${mode}-own.yaml`, policy('signing.pub'));
    bench.write(`${mode}-stranger.yaml`, policy('stranger.pub'));
  }
});

afterAll(() => bench[Symbol.dispose]());

interface Case {
  readonly policy: 'own' | 'stranger';
  readonly where?: string;
  readonly image?: (image: string) => string;
}

const otherDigest = (image: string): string => image.replace(/1{64}/, '2'.repeat(64));
const refusals: readonly (readonly [string, Case, readonly string[]])[] = [
  ['somebody else has signed', { policy: 'stranger' }, ['SIGNATURE']],
  ['the image is another', { policy: 'own', image: otherDigest }, ['PAIR']],
  ['both', { policy: 'stranger', image: otherDigest }, ['PAIR', 'SIGNATURE']],
];
const outcomes: readonly (readonly [string, Case, readonly string[], string, number])[] = [
  ...refusals.map(([what, given, claims]) => [what, given, claims, 'refused', 1] as const),
  ['the registry does not answer', { policy: 'own', where: '127.0.0.1:1/example/app-capsule:v1' }, ['CAPSULE_DIGEST'], 'unknown', 3],
  ['all is well', { policy: 'own' }, [], 'accepted', 0],
];

const args = (mode: string, { policy, where, image = (text) => text }: Case): readonly string[] => {
  return [where ?? `oci:capsules:${bench.tag}`, '--image', image(bench.image), '--policy', `${mode}-${policy}.yaml`];
};

describe.each(outcomes)('under a policy in audit mode, where %s,', (_what, given, claims, outcome, enforcedStatus) => {
  test('verify records the verdict of enforcing, says what it would stop for, and ends with 0', async () => {
    const enforced = await bench.run(['verify', ...args('enforce', given), '--json']);
    const { status, stdout } = await bench.run(['verify', ...args('audit', given), '--json']);
    const [wanted, report] = [JSON.parse(enforced.stdout), JSON.parse(stdout)];

    expect([status, enforced.status]).toEqual([0, enforcedStatus]);
    expect(validateVerdict(report)).toBe(true);
    expect(report).toEqual({ ...wanted, enforced: false, wouldStop: claims, policyDigest: report.policyDigest });
    expect(report).toMatchObject({ outcome, accepted: outcome === 'accepted' });
    expect(wanted).not.toHaveProperty('wouldStop');
  });

  test('its text cannot be taken for the answer of enforcing', async () => {
    const { stdout } = await bench.run(['verify', ...args('audit', given)]);
    const heads = { refused: '✘ would be refused', unknown: '? would be undetermined', accepted: '✔ would be accepted' };

    expect(stdout.split('\n')[0]).toBe(`${heads[outcome === 'refused' || outcome === 'unknown' ? outcome : 'accepted']} (audit mode: nothing is enforced)`);
    const last = enforcedStatus === 0 ? 'is accepted, too.' : `stops, with exit status ${enforcedStatus}, for ${claims.join(', ')}. Nothing was stopped.`;
    expect(stdout.trimEnd().endsWith(`  audit: with mode: enforce this ${last}`)).toBe(true);
  });

  test('unpack does what enforcing does', async () => {
    const output = `out/${outcome}-${given.policy}-${claims.length}`;
    const { status, stdout } = await bench.run(['unpack', ...args('audit', given), '--output', output, '--json']);

    expect(status).toBe(enforcedStatus);
    expect(validateUnpack(JSON.parse(stdout))).toBe(true);
    expect(existsSync(bench.path(output))).toBe(enforcedStatus === 0);
    expect(bench.leftovers()).toEqual([]);
  });
});

describe.each(refusals)('unpack under a policy in audit mode, where %s,', (_what, given) => {
  test('says without a doubt that nothing was unpacked, and leaves what is there alone', async () => {
    mkdirSync(bench.path('out/kept'), { recursive: true });
    bench.write('out/kept/mine', 'mine');
    const { status, stdout } = await bench.run(['unpack', ...args('audit', given), '--output', 'out/kept', '--replace']);

    expect(status).toBe(1);
    expect(stdout).toMatch(/^✘ refused\n/);
    expect(stdout).toContain('\n  nothing was unpacked.\n  audit mode softens capsule verify alone: what is not accepted is never unpacked.\n');
    expect(stdout).not.toContain('would be');
    expect(bench.read('out/kept/mine')).toBe('mine');
  });

  test('no summary is written', async () => {
    const before = bench.snapshot('capsules');
    const flags = ['--summary', '--stage', 'test', '--summary-key', 'stage.key'];
    const { status, stdout } = await bench.run(['verify', ...args('audit', given), ...flags]);

    expect(status).toBe(0);
    expect(stdout).toContain('no summary');
    expect(bench.snapshot('capsules')).toEqual(before);
  });
});

test('a refusal that is enforced says that nothing was unpacked, and speaks of no audit', async () => {
  const { status, stdout } = await bench.run(['unpack', ...args('enforce', { policy: 'stranger' }), '--output', 'out/never']);

  expect(status).toBe(1);
  expect(stdout).toMatch(/^✘ refused\n[^]*\n {2}nothing was unpacked\.\n$/);
});
