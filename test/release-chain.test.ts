import { MemoryStore } from '@release-capsule/oci';
import type { Policy, Verdict, VerifyOptions } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import { generatorBuilder, githubAttestation, githubBuilder } from '../packages/verifier/src/provenance/testing/producers.ts';
import { altered } from '../packages/verifier/src/signature/testing/altered-store.ts';
import { attest } from './releases/attest.ts';
import { type Chain, type ChainKeys, type ChainOptions, makeChain, newKeys, signImage, withImage } from './releases/image.ts';
import { appRepository, freightOf, policyFor, refutations, release, sourceRepository, verify } from './releases/release.ts';
import { signBlindly } from './releases/signing.ts';
import { copyOf, failingToList, failingToResolve } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
let keys: ChainKeys;
let whole: Chain;

beforeAll(async () => {
  keys = await newKeys();
  whole = await makeChain(directory, keys);
});

function judge(chain: Chain, policy: Policy = chain.policy, options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  return verify(chain.capsules, freightOf(chain.app.image, chain.app.capsule), policy, { openImage: () => chain.images, ...options });
}

function codeOf(verdict: Verdict, claim: string): string | undefined {
  return verdict.findings.find((finding) => finding.claim === claim)?.code;
}

describe('image, commit and package as one chain', () => {
  it('are accepted, and each claim says what holds them together', async () => {
    const verdict = await judge(whole);

    expect(verdict.outcome).toBe('accepted');
    expect(codeOf(verdict, 'IMAGE_SIGNATURE')).toBe('IMAGE_SIGNED');
    expect(codeOf(verdict, 'PROVENANCE')).toBe('PROVENANCE_VALID');
    expect(codeOf(verdict, 'SBOM')).toBe('SBOM_DESCRIBES_PACKAGE');
    expect(verdict.findings.find(({ claim }) => claim === 'PROVENANCE')?.evidence).toMatchObject({
      builder: githubBuilder,
      repository: sourceRepository,
      commit: whole.app.record.gitCommit,
    });
    if (verdict.accepted) await verdict.capsule.close();
  });

  it('are accepted where the image holds its provenance itself, and the image is signed by whom the policy asks', async () => {
    const chain = await makeChain(directory, keys, { isBuiltByBuildKit: true, attest: async () => undefined });
    const policy = withImage(chain.policy, { provenance: { signers: [keys.image.signer], builders: [] } });

    expect(await refutations(await judge(chain, policy))).toEqual([]);
    expect(await refutations(await judge(chain))).toEqual(['PROVENANCE PROVENANCE_MISSING']); // the builder's key signed nothing
  });

  it('are accepted without an image where the capsule itself is attested', async () => {
    const capsules = new MemoryStore();
    const app = await release(capsules, directory, { key: keys.release, locksOnly: true });
    const { image: _image, ...policy } = policyFor(keys.release, { pairing: 'locked', require: { provenance: true, sbom: true, lineage: false, lockedImages: false } });
    const judgeLocked = () => verify(capsules, freightOf(app.capsule), policy);
    const from = { repository: sourceRepository, commit: app.record.gitCommit };

    expect(await refutations(await judgeLocked())).toEqual(['PROVENANCE PROVENANCE_MISSING']);
    await attest(capsules, app.descriptor, keys.builder, githubAttestation(from));
    expect(await refutations(await judgeLocked())).toEqual(['PROVENANCE PROVENANCE_UNTRUSTED']);
    await attest(capsules, app.descriptor, keys.release, githubAttestation({ ...from, commit: '1'.repeat(40) }));
    expect(await refutations(await judgeLocked())).toEqual(['PROVENANCE PROVENANCE_COMMIT_DIFFERS']);
    await attest(capsules, app.descriptor, keys.release, githubAttestation(from));
    const verdict = await judgeLocked();
    expect(verdict.accepted).toBe(true);
    if (verdict.accepted) await verdict.capsule.close();
  });
});

describe('a broken link', () => {
  const attesting = (change: (chain: Chain) => Partial<Record<'repository' | 'commit', string>>): ChainOptions => ({
    attest: (chain) => {
      const from = { repository: sourceRepository, commit: chain.app.record.gitCommit, ...change(chain) };
      return attest(chain.images, chain.image, chain.keys.builder, githubAttestation(from));
    },
  });
  const foreign = (version: string) => Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { version } } }));

  it.each<readonly [string, string, ChainOptions]>([
    ['the image is unsigned', 'IMAGE_SIGNATURE IMAGE_UNSIGNED', { sign: async () => undefined }],
    ['the image is signed by the signer of the capsule', 'IMAGE_SIGNATURE IMAGE_SIGNED_BY_OTHERS', { sign: ({ images, image, keys: { release: by } }) => signBlindly(images, image, by) }],
    ['the image is only attested, by its own signer', 'IMAGE_SIGNATURE IMAGE_UNSIGNED', { sign: ({ images, image, keys: { image: by }, provenance }) => attest(images, image, by, provenance) }],
    ['the image has no provenance', 'PROVENANCE PROVENANCE_MISSING', { attest: async () => undefined }],
    ['the image says of itself where it is from', 'PROVENANCE PROVENANCE_UNTRUSTED', { attest: ({ images, image, keys: { image: by }, provenance }) => attest(images, image, by, provenance) }],
    ['the image was built from another commit', 'PROVENANCE PROVENANCE_COMMIT_DIFFERS', attesting(() => ({ commit: '1'.repeat(40) }))],
    ['the image was built from a fork', 'PROVENANCE PROVENANCE_SOURCE_DIFFERS', attesting(() => ({ repository: 'https://github.com/mallory/app' }))],
    ['the SBOM is of another package', 'SBOM SBOM_OTHER_SUBJECT', { sbom: foreign(`sha256:${'9'.repeat(64)}`) }],
    ['the SBOM names nothing', 'SBOM SBOM_NO_SUBJECT', { sbom: foreign('1.0') }],
  ])('is found: %s', async (_what, code, options) => {
    const chain = await makeChain(directory, keys, options);

    expect(await refutations(await judge(chain))).toEqual([code]);
  });

  it('is found where the provenance is of another image', async () => {
    const other = await makeChain(directory, keys, { isBuiltByBuildKit: true });
    const chain = await makeChain(directory, keys, {
      attest: ({ images, image, provenance }) => attest(images, image, keys.builder, { ...provenance, onlyOf: other.image.digest }),
    });

    expect(await refutations(await judge(chain))).toEqual(['PROVENANCE PROVENANCE_OTHER_SUBJECT']);
  });

  it('is found where another builder has built it', async () => {
    const policy = withImage(whole.policy, { provenance: { signers: [keys.builder.signer], builders: [generatorBuilder] } });

    expect(await refutations(await judge(whole, policy))).toEqual(['PROVENANCE PROVENANCE_BUILDER_DIFFERS']);
  });

  it('is found where the image is gone', async () => {
    expect(await refutations(await judge(whole, whole.policy, { openImage: () => new MemoryStore() }))).toEqual([
      'IMAGE_SIGNATURE IMAGE_MISSING',
      'PROVENANCE PROVENANCE_MISSING',
    ]);
  });

  it('is found where fewer than the policy asks for have signed', async () => {
    const policy = withImage(whole.policy, { signers: [keys.image.signer, keys.builder.signer], threshold: 2 });

    expect(await refutations(await judge(whole, policy))).toEqual(['IMAGE_SIGNATURE IMAGE_SIGNATURE_THRESHOLD']);
  });

  it('keeps the layer from being fetched', async () => {
    const chain = await makeChain(directory, keys, { sign: async () => undefined });
    const steps: string[] = [];

    await judge(chain, chain.policy, { onProgress: (step) => steps.push(step) });

    expect(steps).toEqual(['manifest', 'signature', 'image']);
  });
});

describe("the image's repository", () => {
  it('is opened once, and is the policy’s own', async () => {
    const opened: string[] = [];
    const openImage = (repository: string) => {
      opened.push(repository);
      return whole.images;
    };

    const verdict = await judge(whole, whole.policy, { openImage });

    expect(opened).toEqual([appRepository]);
    if (verdict.accepted) await verdict.capsule.close();
  });

  it('lists the referrers of the image once for all claims', async () => {
    let lists = 0;
    const images = altered(whole.images, {
      referrers: (subject, artifactType, signal) => {
        lists += 1;
        return whole.images.referrers(subject, artifactType, signal);
      },
    });

    expect(await refutations(await judge(whole, whole.policy, { openImage: () => images }))).toEqual([]);
    expect(lists).toBe(1);
  });

  it('is not opened for a record of another repository, nor for a capsule that nobody has signed', async () => {
    const openImage = () => {
      throw new Error('nothing is opened');
    };
    const elsewhere = withImage(whole.policy, { repository: 'ghcr.io/example/other' });
    const distrusting = { ...whole.policy, capsule: { ...whole.policy.capsule, signers: [keys.image.signer] } };

    expect(await refutations(await judge(whole, elsewhere, { openImage }))).toContain('IDENTITY IMAGE_REPOSITORY_DIFFERS');
    expect(await refutations(await judge(whole, distrusting, { openImage }))).toContain('SIGNATURE SIGNATURE_UNTRUSTED');
  });

  it('is not opened where the policy asks nothing of the image', async () => {
    const verdict = await verify(whole.capsules, freightOf(whole.app.image, whole.app.capsule), policyFor(keys.release));

    expect(verdict.accepted).toBe(true);
    if (verdict.accepted) await verdict.capsule.close();
  });

  it('must be there to be opened: without, nothing is judged', async () => {
    const judged = verify(whole.capsules, freightOf(whole.app.capsule), whole.policy);

    await expect(judged).rejects.toMatchObject({ name: 'VerifyError', code: 'IMAGE_STORE_MISSING' });
  });

  it.each(['THROTTLED', 'UNAVAILABLE', 'UNAUTHORIZED'] as const)('that answers %s leaves the verdict open', async (code) => {
    for (const images of [failingToResolve(whole.images, code), failingToList(whole.images, code)]) {
      const verdict = await judge(whole, whole.policy, { openImage: () => images });

      expect(verdict.outcome).toBe('unknown');
      expect(await refutations(verdict)).toEqual([]);
      expect(verdict.findings.filter(({ state, code: found }) => state === 'unknown' && !found.endsWith('_NOT_JUDGED'))).toHaveLength(2);
    }
  });

  it('that answers with another manifest is not believed', async () => {
    const lying = await copyOf(whole.images, [whole.image]);
    const other = await makeChain(directory, keys, { isBuiltByBuildKit: true });
    lying.resolve = () => Promise.resolve(other.image);

    expect((await judge(whole, whole.policy, { openImage: () => lying })).outcome).toBe('unknown');
  });

  it('has the time that the verification has, not its own', async () => {
    const images = await copyOf(whole.images, [whole.image]);
    images.resolve = (_reference, signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

    const verdict = await judge(whole, whole.policy, { openImage: () => images, deadlineMs: 50 });

    expect(verdict.outcome).toBe('unknown');
  });
});

it('a signature of the image does not stand for its provenance, nor the reverse', async () => {
  const signed = await makeChain(directory, keys, { attest: ({ images, image, keys: { builder } }) => signBlindly(images, image, builder) });
  const attested = await makeChain(directory, keys, { sign: async () => undefined });

  expect(await refutations(await judge(signed))).toEqual(['PROVENANCE PROVENANCE_MISSING']);
  expect(await refutations(await judge(attested))).toEqual(['IMAGE_SIGNATURE IMAGE_UNSIGNED']);
  await signImage(attested);
  expect(await refutations(await judge(attested))).toEqual([]);
});
