import { describe, expect, it } from 'vitest';
import { freightOf, policy, record, signer } from '../claims/testing/release.ts';
import { claimNames } from '../findings/claim.ts';
import { notJudged, proven, refuted, unknown } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { accepted } from '../unpack/testing/accepted.ts';
import { contentOf, type VerifiedContent } from '../unpack/verified-capsule.ts';
import { VerdictBuilder } from './verdict-builder.ts';

const everything = [
  proven('DIGEST_MATCHES', ''),
  proven('MANIFEST_CANONICAL', ''),
  proven('RECORD_VALID', ''),
  proven('FREIGHT_NAME_ABSENT', ''),
  proven('IDENTITY_MATCHES', ''),
  proven('TAG_ABSENT', ''),
  proven('PAIR_FROM_RECORD', ''),
  proven('SIGNATURE_VALID', ''),
  proven('NOTHING_DENIED', ''),
  proven('ARCHIVE_CANONICAL', ''),
  proven('PACKAGE_PRESENT', ''),
  proven('PACKAGE_DIGEST_MATCHES', ''),
  proven('PACKAGE_SELF_CONTAINED', ''),
  proven('SOURCE_COMPLETE', ''),
];

function builderOf(changes: Partial<Policy> = {}): VerdictBuilder {
  return new VerdictBuilder({ freight: freightOf(), policy: { ...policy, ...changes }, request: { coordinates: {}, place: undefined } });
}

async function content(): Promise<VerifiedContent> {
  return contentOf(await accepted({ 'release.yaml': 'x' }));
}

/** Tells whether the private file of a tree is still open. */
function isOpen({ tree }: VerifiedContent): boolean {
  try {
    return tree.readFile('release.yaml', 10) !== undefined;
  } catch {
    return false;
  }
}

describe('the builder of a verdict', () => {
  it('accepts where every claim that is needed is proven, and hands the files on', async () => {
    const builder = builderOf();
    const held = await content();
    builder.add(...everything);
    builder.record = record;
    builder.signatures = { counted: [{ signer, signedAt: [], logged: [] }], releaseSigners: [] };

    const verdict = await builder.decide(held);

    expect(verdict.report).toMatchObject({ accepted: true, release: { name: 'app' }, signers: [signer.fingerprint] });
    if (!verdict.accepted) throw new Error('it is accepted');
    expect(contentOf(verdict.capsule)).toBe(held);
    expect(isOpen(held)).toBe(true);
    await verdict.capsule.close();
    expect(isOpen(held)).toBe(false);
  });

  it.each(everything)('accepts nothing without $claim, and closes the held', async ({ claim }) => {
    const builder = builderOf();
    const held = await content();
    builder.add(...everything.filter((finding) => finding.claim !== claim));

    const verdict = await builder.decide(held);

    expect(verdict).toMatchObject({ accepted: false, outcome: 'unknown' });
    expect(isOpen(held)).toBe(false);
  });

  it.each([
    refuted('SIGNATURE_MISSING', ''),
    refuted('CAPSULE_DENIED', ''),
    unknown('SIGNATURE_THROTTLED', ''),
    notJudged('ARCHIVE', ''),
  ])('accepts nothing with $code beside what is proven', async (finding) => {
    const builder = builderOf();
    builder.add(...everything, finding);

    const verdict = await builder.decide(await content());

    expect(verdict).toMatchObject({ accepted: false, outcome: finding.state === 'refuted' ? 'refused' : 'unknown' });
  });

  it('accepts nothing without a held, whatever is proven', async () => {
    const builder = builderOf();
    builder.add(...everything);

    expect(await builder.decide(undefined)).toMatchObject({ accepted: false });
  });

  it('accepts nothing that ends early, even where nothing stands against it', () => {
    const builder = builderOf();
    builder.add(...everything);

    expect(builder.close('a test ends it')).toMatchObject({ accepted: false, outcome: expect.stringMatching(/^(refused|unknown)$/) });
  });

  it('says of each claim that was not reached that it was not judged, and why', () => {
    const builder = builderOf();
    builder.add(refuted('CAPSULE_MISSING', ''));

    const { findings, outcome } = builder.close('there is no manifest');

    expect(outcome).toBe('refused');
    expect(findings.filter(({ code }) => code.endsWith('_NOT_JUDGED')).map(({ claim }) => claim)).toEqual(
      claimNames.filter((claim) => everything.some((finding) => finding.claim === claim) && claim !== 'CAPSULE_DIGEST'),
    );
    for (const { message } of findings.slice(1)) expect(message).toContain('there is no manifest');
  });

  it.each([
    [refuted('SIGNATURE_MISSING', ''), true],
    [unknown('SIGNATURE_THROTTLED', ''), true],
    [refuted('TAG_POINTS_ELSEWHERE', ''), false],
    [unknown('TAG_LOOKUP_FAILED', ''), false],
    [proven('SIGNATURE_VALID', ''), false],
  ] as const)('is blocked by what a needed claim lacks, not by what is only reported', (finding, blocked) => {
    const builder = builderOf();
    builder.add(finding);

    expect(builder.isBlocked()).toBe(blocked);
  });

  it('is not blocked by an optional claim that is unknown, but by one that is refuted', () => {
    const { source: _source, ...withoutSource } = policy;
    const make = (): VerdictBuilder => new VerdictBuilder({ freight: freightOf(), policy: withoutSource, request: { coordinates: {}, place: undefined } });
    const absent = make();
    absent.add(unknown('SOURCE_PROOF_ABSENT', ''));
    const wrong = make();
    wrong.add(refuted('SOURCE_FILES_DIFFER', ''));

    expect([absent.isBlocked(), wrong.isBlocked()]).toEqual([false, true]);
  });

  it('reports in audit mode what it would refuse, and that it is not enforced', () => {
    const builder = builderOf({ mode: 'audit' });
    builder.add(refuted('SIGNATURE_MISSING', ''));

    expect(builder.close('').report).toMatchObject({ accepted: false, enforced: false });
  });
});
