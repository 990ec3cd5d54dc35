import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validate as validateVerdict } from '../../packages/verifier/generated/verdict.js';
import type { CommandResult } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  bench.write('stage.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  bench.write('stage.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  bench.write('test.yaml', policyOf());
  await bench.release();
});
afterEach(() => bench[Symbol.dispose]());

function policyOf(more = ''): string {
  return `apiVersion: release-capsule/v1\nkind: Policy\ncapsule: { name: app, signers: [{ key: signing.pub }] }\n${more}`;
}

/** The policy of a stage that accepts what the stage `test` has verified under a policy. */
function accepting(policyDigest: unknown, more = ''): string {
  return policyOf(`summary: { signers: [{ key: stage.pub }], policyDigest: "${String(policyDigest)}", stage: test, maxAgeHours: 1 }\n${more}`);
}

const summarise = ['--summary', '--stage', 'test', '--summary-key', 'stage.key'];

function verify(policy: string, ...more: readonly string[]): Promise<CommandResult> {
  return bench.run(['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--policy', policy, ...more]);
}

async function verdictOf(policy: string, ...more: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await verify(policy, ...more, '--json');
  const verdict = JSON.parse(stdout);
  expect(validateVerdict(verdict), JSON.stringify(validateVerdict.errors)).toBe(true);
  return verdict;
}

function codes({ findings }: Record<string, unknown>): string {
  return JSON.stringify(findings);
}

async function referrers(): Promise<number> {
  const { attached } = await bench.json(['inspect', `oci:capsules:${bench.tag}`]);
  return Array.isArray(attached) ? attached.length : Number.NaN;
}

describe('verify --summary', () => {
  it('attaches what the next stage accepts in place of the signature', async () => {
    const tested = await verdictOf('test.yaml', ...summarise);
    bench.write('production.yaml', accepting(tested['policyDigest']));

    const verdict = await verdictOf('production.yaml');

    expect(tested['summary']).toMatchObject({ stage: 'test', digest: expect.stringMatching(/^sha256:/) });
    expect(verdict['accepted']).toBe(true);
    expect(codes(verdict)).toMatch(/SIGNATURE_BY_SUMMARY.*/);
    expect(codes(verdict)).toContain('SUMMARY_ACCEPTED');
  });

  it('says to people where the summary is', async () => {
    const { status, stdout } = await verify('test.yaml', ...summarise);

    expect(status).toBe(0);
    expect(stdout).toMatch(/\n {2}summary for test: sha256:[0-9a-f]{64}\n$/);
  });

  it('can be handed on from stage to stage', async () => {
    const tested = await verdictOf('test.yaml', ...summarise);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    bench.write('uat.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    bench.write('uat.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    bench.write('uat.yaml', accepting(tested['policyDigest']));
    const uat = await verdictOf('uat.yaml', '--summary', '--stage', 'uat', '--summary-key', 'uat.key');
    bench.write('production.yaml', accepting(uat['policyDigest']).replaceAll('stage.pub', 'uat.pub').replace('stage: test', 'stage: uat'));

    expect(codes(await verdictOf('production.yaml'))).toContain('SIGNATURE_BY_SUMMARY');
  });

  it('writes nothing in audit mode, and says so', async () => {
    bench.write('audit.yaml', policyOf('mode: audit\n'));
    const before = await referrers();

    const { status, stdout } = await verify('audit.yaml', ...summarise);
    const verdict = await verdictOf('audit.yaml', ...summarise);

    expect({ status, summary: verdict['summary'] }).toEqual({ status: 0, summary: undefined });
    expect(stdout).toContain('no summary: audit mode');
    expect(await referrers()).toBe(before);
  });

  it('writes nothing for a release that is refused', async () => {
    bench.write('other.yaml', policyOf().replace('name: app', 'name: web'));
    const before = await referrers();

    const { status, stdout } = await verify('other.yaml', ...summarise);

    expect(status).toBe(1);
    expect(stdout).toContain('no summary: the release is not accepted');
    expect(await referrers()).toBe(before);
  });

  it.each([
    ['no stage', ['--summary', '--summary-key', 'stage.key'], '--stage is missing'],
    ['no key', ['--summary', '--stage', 'test'], '--summary-key is missing'],
    ['a stage that is no name', ['--summary', '--stage', 'Test!', '--summary-key', 'stage.key'], 'not the name of a stage'],
    ['a stage without --summary', ['--stage', 'test'], '--stage is given without --summary'],
    ['a key without --summary', ['--summary-key', 'stage.key'], '--summary-key is given without --summary'],
    ["the release's own key", ['--summary', '--stage', 'test', '--summary-key', 'signing.key'], 'a signer of the release itself'],
    ['both a key and an identity', [...summarise, '--keyless'], 'does not go with --keyless'],
    ['an identity without --summary', ['--keyless'], '--keyless is given without --summary'],
  ])('is misuse with %s', async (_, flags, message) => {
    const result = await verify('test.yaml', ...flags);

    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('renews no summary of its own stage', async () => {
    bench.write('production.yaml', accepting(`sha256:${'9'.repeat(64)}`));

    const result = await verify('production.yaml', ...summarise);

    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('accepts summaries of the stage test') });
  });

  it('does not let a later stage accept what was verified under another policy', async () => {
    await verify('test.yaml', ...summarise);
    bench.write('production.yaml', accepting(`sha256:${'9'.repeat(64)}`));

    const verdict = await verdictOf('production.yaml');

    expect(verdict['accepted']).toBe(true);
    expect(codes(verdict)).toContain('SUMMARY_OTHER_POLICY');
    expect(codes(verdict)).toContain('SIGNATURE_VALID');
  });
});

it('a policy that names one key for summaries and for the release is refused', async () => {
  bench.write('both.yaml', accepting(`sha256:${'9'.repeat(64)}`).replace('stage.pub', 'signing.pub'));

  expect(await verify('both.yaml')).toMatchObject({ status: 2, stderr: expect.stringContaining('[POLICY_INVALID]') });
});
