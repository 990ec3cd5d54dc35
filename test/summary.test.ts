import type { Descriptor } from '@release-capsule/oci';
import { MemoryStore } from '@release-capsule/oci';
import { signStatement } from '@release-capsule/packer';
import { type Digest, parseDigest } from '@release-capsule/schema';
import { type Freight, makeSummary, type Policy, policyDigest, signerId, type Verdict, type VerifyOptions } from '@release-capsule/verifier';
import { beforeAll, describe, expect, test } from 'vitest';
import { altered } from '../packages/verifier/src/signature/testing/altered-store.ts';
import { appRepository, freightOf, otherDigest, packageFiles, packagePath, policyFor, refutations, release, type Release, verify } from './releases/release.ts';
import { bytesOf, newKey, now, signBlindly, type TestKey } from './releases/signing.ts';
import { copyOf } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
const summaryType = 'https://slsa.dev/verification_summary/v1';
const hourMs = 3_600_000;

/** One release, and what the stage `test` has said of it. */
interface World {
  readonly store: MemoryStore;
  readonly key: TestKey;
  /** The key of the stage that verifies. */
  readonly stage: TestKey;
  readonly app: Release;
  readonly sibling: Release;
  readonly freight: Freight;
}
let world: World;

beforeAll(async () => {
  const [key, stage] = await Promise.all([newKey(), newKey('test-stage.pub')]);
  const store = new MemoryStore();
  const app = await release(store, directory, { key });
  const files = { ...packageFiles, [`${packagePath}/base/deployment.yaml`]: `kind: Deployment\nimage: ${appRepository}\n` };
  const sibling = await release(store, directory, { key, files, image: { repoURL: appRepository, digest: otherDigest } });
  world = { store, key, stage, app, sibling, freight: freightOf(app.image, app.capsule) };
});

/** The policy of production, which accepts what the stage `test` has verified under its own. */
function production(changes: Partial<NonNullable<Policy['summary']>> = {}): Policy {
  const { key, stage } = world;
  const summary = { signers: [stage.signer], policyDigest: policyDigest(policyFor(key)), stage: 'test', maxAgeMs: 24 * hourMs };
  return policyFor(key, { summary: { ...summary, ...changes } });
}

function copyWithTag({ descriptor, tag }: Release): Promise<MemoryStore> {
  return copyOf(world.store, [descriptor], { [tag]: descriptor });
}

/** Verifies a release for a stage, and attaches the summary as the stage would. */
async function verifyAndSummarise(store: MemoryStore, of: Release, options: { readonly key?: TestKey; readonly policy?: Policy; readonly stage?: string } = {}): Promise<Descriptor> {
  const { key = world.stage, policy = policyFor(world.key), stage = 'test' } = options;
  const verdict = await verify(store, freightOf(of.image, of.capsule), policy);
  if (verdict.accepted) await verdict.capsule.close();
  const statement = makeSummary(verdict, { stage, timeVerified: now(), version: '0.1.0' });
  return signStatement(store, of.descriptor, key.sign, { statement, now });
}

function verifyNow(store: Parameters<typeof verify>[0], policy: Policy, options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  return verify(store, world.freight, policy, options);
}

function codeOf({ findings }: Verdict, claim: string): string | undefined {
  return findings.find((finding) => finding.claim === claim)?.code;
}

describe('a summary of an earlier stage', () => {
  test('stands for the signature, which then is not looked at', async () => {
    const store = await copyWithTag(world.app);
    const { digest } = await verifyAndSummarise(store, world.app);
    const fetched: string[] = [];
    const watched = altered(store, { fetch: (target, signal) => (fetched.push(target.digest), store.fetch(target, signal)) });
    const [signature] = await Array.fromAsync(world.store.referrers(world.app.descriptor));

    const verdict = await verifyNow(watched, production());

    expect(await refutations(verdict)).toEqual([]);
    expect([verdict.outcome, codeOf(verdict, 'SUMMARY'), codeOf(verdict, 'SIGNATURE')]).toEqual(['accepted', 'SUMMARY_ACCEPTED', 'SIGNATURE_BY_SUMMARY']);
    expect(verdict.report.signers).toEqual([world.stage.signer.kind === 'key' ? world.stage.signer.fingerprint : '']);
    expect(fetched).toContain(digest);
    expect(fetched).not.toContain(signature?.digest);
  });

  test('names those who had signed the release, and what it rests on', async () => {
    const store = await copyWithTag(world.app);
    const [signature] = await Array.fromAsync(store.referrers(world.app.descriptor));

    const { predicate, subject } = await statementOf(store, await verifyAndSummarise(store, world.app));

    const [hex, policy] = [world.app.descriptor.digest, policyDigest(policyFor(world.key))].map((digest) => digest.slice(7));
    expect(subject).toEqual([{ digest: { sha256: hex } }]);
    expect(predicate).toMatchObject({
      verifier: { id: 'https://release-capsule.dev/verifiers/capsule/v1', version: { 'release-capsule': '0.1.0' } },
      timeVerified: '2026-11-20T09:33:31Z',
      policy: { digest: { sha256: policy } },
      verificationResult: 'PASSED',
      inputAttestations: [{ digest: { sha256: signature?.digest.slice(7) } }],
      'https://release-capsule.dev/summary/v1': { stage: 'test', claims: ['SIGNATURE'], signers: [{ signedAt: [] }] },
    });
  });

  test('leaves every other claim to be judged', async () => {
    const { app, sibling } = world;
    const store = await copyWithTag(world.app);
    await verifyAndSummarise(store, app);

    const verdict = await verify(store, freightOf(sibling.image, app.capsule), production());

    expect(await refutations(verdict)).toContain('PAIR PAIR_DIGEST_DIFFERS');
  });

  test('can be handed on by the next stage, with the names of those who had signed', async () => {
    const store = await copyWithTag(world.app);
    await verifyAndSummarise(store, world.app);
    const uat = await newKey('uat.pub');

    const { predicate } = await statementOf(store, await verifyAndSummarise(store, world.app, { key: uat, policy: production(), stage: 'uat' }));

    expect(JSON.stringify(predicate)).toContain(world.key.signer.kind === 'key' ? world.key.signer.fingerprint : 'a key');
  });
});

describe('what a summary says was proven', () => {
  const everything = ['SIGNATURE', 'IMAGE_SIGNATURE', 'PROVENANCE', 'SBOM'];
  /** The policy of production, which also asks about the image and everything that describes it. */
  const strict = (): Policy => {
    const { signer } = world.key;
    const image = { repository: appRepository, signers: [signer], threshold: 1, provenance: { signers: [signer], builders: [] } };
    return { ...production(), image, require: { provenance: true, sbom: true, lineage: false, lockedImages: false } };
  };
  /** Attaches a summary that says so of these claims. */
  const claiming = async (claims: readonly string[], facts: object = {}): Promise<MemoryStore> => {
    const store = await copyWithTag(world.app);
    const verdict = await verify(store, world.freight, policyFor(world.key));
    if (verdict.accepted) await verdict.capsule.close();
    const json = JSON.parse(Buffer.from(makeSummary(verdict, { stage: 'test', timeVerified: now(), version: '0.1.0' })).toString());
    Object.assign(json.predicate['https://release-capsule.dev/summary/v1'], { claims }, facts);
    await signStatement(store, world.app.descriptor, world.stage.sign, { statement: Buffer.from(JSON.stringify(json)), now });
    return store;
  };

  test('is not looked up again: nobody asks for the image', async () => {
    const store = await claiming(everything);
    let asked = 0;
    const openImage = (): MemoryStore => {
      asked += 1;
      return new MemoryStore();
    };

    const verdict = await verifyNow(store, strict(), { openImage });

    expect(await refutations(verdict)).toEqual([]);
    expect(['SIGNATURE', 'IMAGE_SIGNATURE', 'PROVENANCE', 'SBOM'].map((claim) => codeOf(verdict, claim))).toEqual([
      'SIGNATURE_BY_SUMMARY',
      'IMAGE_SIGNED_BY_SUMMARY',
      'PROVENANCE_BY_SUMMARY',
      'SBOM_BY_SUMMARY',
    ]);
    expect([verdict.outcome, asked]).toEqual(['accepted', 0]);
  });

  test.each([
    ['the signature alone', ['SIGNATURE'], ['IMAGE_SIGNATURE IMAGE_MISSING', 'PROVENANCE PROVENANCE_MISSING']],
    ['all but provenance, which the signature of the image may hold', ['SIGNATURE', 'IMAGE_SIGNATURE', 'SBOM'], ['IMAGE_SIGNATURE IMAGE_MISSING', 'PROVENANCE PROVENANCE_MISSING']],
    ['all but the image', ['SIGNATURE', 'PROVENANCE', 'SBOM'], ['IMAGE_SIGNATURE IMAGE_MISSING']],
  ])('is no more than it says: %s', async (_, claims, missing) => {
    const store = await claiming(claims);

    const verdict = await verifyNow(store, strict(), { openImage: () => new MemoryStore() });

    expect(await refutations(verdict)).toEqual(missing);
  });

  test('does not hold where one who had signed the image is denied by now', async () => {
    const store = await claiming(everything, { signers: [{ id: otherDigest, signedAt: [] }] });
    const deny = [{ what: 'signer', value: otherDigest, reason: 'stolen' }] as const;

    const verdict = await verifyNow(store, { ...strict(), deny }, { openImage: () => new MemoryStore() });

    expect(codeOf(verdict, 'SUMMARY')).toBe('SUMMARY_RELEASE_SIGNER_REFUSED');
    expect(verdict.outcome).toBe('refused');
  });

  test('names who had signed the image', async () => {
    const [imageKey, images] = [await newKey('image.pub'), new MemoryStore()];
    const built = await release(images, directory, {});
    await signBlindly(images, built.descriptor, imageKey);
    const store = new MemoryStore();
    const app = await release(store, directory, { key: world.key, image: { repoURL: appRepository, digest: digestIn(built) } });
    const provenance = { signers: [], builders: [] };
    const policy = policyFor(world.key, { image: { repository: appRepository, signers: [imageKey.signer], threshold: 1, provenance } });
    const verdict = await verify(store, freightOf(app.image, app.capsule), policy, { openImage: () => images });
    if (verdict.accepted) await verdict.capsule.close();

    const text = Buffer.from(makeSummary(verdict, { stage: 'test', timeVerified: now(), version: '0.1.0' })).toString();

    expect(text).toContain('"claims":["SIGNATURE","IMAGE_SIGNATURE"]');
    for (const { signer } of [world.key, imageKey]) expect(text).toContain(signerId(signer));
  });
});

function digestIn({ descriptor }: Release): Digest {
  return parseDigest(descriptor.digest);
}

describe('a summary that does not hold', () => {
  test.each<[what: string, code: string, changes: Partial<NonNullable<Policy['summary']>>, nowMs?: number]>([
    ['for another stage', 'SUMMARY_OTHER_STAGE', { stage: 'uat' }],
    ['under another policy', 'SUMMARY_OTHER_POLICY', { policyDigest: otherDigest }],
    ['that is too old', 'SUMMARY_TOO_OLD', { maxAgeMs: hourMs }, 2 * hourMs],
  ])('%s changes nothing: the signature is judged itself', async (_, code, changes, later = 0) => {
    const store = await copyWithTag(world.app);
    await verifyAndSummarise(store, world.app);

    const verdict = await verifyNow(store, production(changes), { now: () => new Date(now().getTime() + later) });

    expect(await refutations(verdict)).toEqual([`SUMMARY ${code}`]);
    expect([verdict.outcome, codeOf(verdict, 'SIGNATURE')]).toEqual(['accepted', 'SIGNATURE_VALID']);
  });

  test('by the release signer is refused, and saves no capsule that nobody else has signed', async () => {
    const store = await copyWithTag(world.app);
    await verifyAndSummarise(store, world.app, { key: world.key });
    const stranger = await newKey('stranger.pub');
    const policy = { ...production(), capsule: { ...production().capsule, signers: [stranger.signer] } };

    const honest = await verifyNow(store, production());
    const other = await verifyNow(store, policy);

    expect(codeOf(honest, 'SUMMARY')).toBe('SUMMARY_BY_RELEASE_SIGNER');
    expect(await refutations(honest)).toHaveLength(1);
    expect(other.outcome).toBe('refused');
  });

  test('of a sibling, copied to an unsigned capsule, does not make it signed', async () => {
    const { app, sibling } = world;
    const unsigned = new MemoryStore();
    const { descriptor, image, capsule } = await release(unsigned, directory, {});
    expect(descriptor.digest).toBe(app.descriptor.digest);
    const signed = await copyOf(world.store, [sibling.descriptor]);
    const { bundle } = await bundleOf(signed, await verifyAndSummarise(signed, sibling));
    await attachAgain(unsigned, descriptor, bundle);

    const verdict = await verify(unsigned, freightOf(image, capsule), production());

    expect(await refutations(verdict)).toEqual(['SUMMARY SUMMARY_OTHER_CAPSULE', 'SIGNATURE SIGNATURE_NOT_A_SIGNATURE']);
  });
});

describe('a verification that deserves no summary', () => {
  test('is one in audit mode, whatever it finds', async () => {
    const verdict = await verifyNow(world.store, policyFor(world.key, { mode: 'audit' }));
    if (verdict.accepted) await verdict.capsule.close();

    expect(verdict.outcome).toBe('accepted');
    expect(() => makeSummary(verdict, { stage: 'test', timeVerified: now(), version: '0.1.0' })).toThrow(expect.objectContaining({ code: 'SUMMARY_UNDESERVED' }));
  });

  test('is one that refuses', async () => {
    const verdict = await verifyNow(world.store, policyFor(world.stage));

    expect(verdict.outcome).toBe('refused');
    expect(() => makeSummary(verdict, { stage: 'test', timeVerified: now(), version: '0.1.0' })).toThrow(expect.objectContaining({ code: 'SUMMARY_UNDESERVED' }));
  });
});

interface Statement {
  readonly subject: unknown;
  readonly predicate: Readonly<Record<string, unknown>>;
}

async function statementOf(store: MemoryStore, referrer: Descriptor): Promise<Statement> {
  const { bundle } = await bundleOf(store, referrer);
  return JSON.parse(Buffer.from(JSON.parse(bundle.toString()).dsseEnvelope.payload, 'base64').toString());
}

async function bundleOf(store: MemoryStore, referrer: Descriptor): Promise<{ readonly bundle: Buffer }> {
  const [layer] = JSON.parse((await bytesOf(store, referrer)).toString()).layers;
  return { bundle: await bytesOf(store, layer) };
}

async function attachAgain(store: MemoryStore, subject: Descriptor, bundle: Buffer): Promise<void> {
  const { attachBundle } = await import('@release-capsule/packer');
  await attachBundle(store, bundle, { subject, predicateType: summaryType, created: now() });
}
