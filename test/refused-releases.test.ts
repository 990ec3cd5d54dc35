import { MemoryStore } from '@release-capsule/oci';
import type { Freight, Policy, VerifyOptions } from '@release-capsule/verifier';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  appDigest,
  digestOf,
  freightOf,
  otherDigest,
  appRepository,
  packageFiles,
  packagePath,
  policyFor,
  refutations,
  release,
  type Release,
  type ReleaseOptions,
  verify,
} from './releases/release.ts';
import { altered } from '../packages/verifier/src/signature/testing/altered-store.ts';
import { carryOver, newKey, now, sign, type TestKey } from './releases/signing.ts';
import { copyOf, type CapsuleStore } from './releases/stores.ts';
import { attest } from './releases/attest.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
const envoy = { repoURL: 'docker.io/envoyproxy/envoy', digest: digestOf('c') };
const day = 24 * 3600 * 1000;

/** The releases that the defects are made from, all in one store that is only ever copied. */
interface World {
  readonly store: MemoryStore;
  readonly key: TestKey;
  readonly stranger: TestKey;
  readonly app: Release;
  /** The next commit of the same application, signed by the same key. */
  readonly next: Release;
}
let world: World;

beforeAll(async () => {
  const [key, stranger] = await Promise.all([newKey(), newKey('stranger.pub')]);
  const store = new MemoryStore();
  const app = await release(store, directory, { key, images: [envoy] });
  const files = { ...packageFiles, [`${packagePath}/base/deployment.yaml`]: `kind: Deployment\nimage: ${appRepository}\n` };
  const next = await release(store, directory, { key, files, image: { repoURL: app.image.repoURL, digest: otherDigest } });
  world = { store, key, stranger, app, next };
});

/** Packs another release into a store of its own. */
async function packed(options: ReleaseOptions): Promise<{ readonly store: MemoryStore; readonly other: Release }> {
  const store = new MemoryStore();
  return { store, other: await release(store, directory, options) };
}

/** What a verification is given; what is left out is right. */
interface Attempt {
  readonly store?: CapsuleStore;
  readonly freight?: Freight;
  readonly policy?: Policy;
  readonly capsule?: VerifyOptions['capsule'];
}

/** One defect, and everything that is refuted because of it. */
type Defect = readonly [what: string, refuted: readonly string[], attempt: (world: World) => Attempt | Promise<Attempt>];

async function expectRefused(refuted: readonly string[], attempt: (world: World) => Attempt | Promise<Attempt>): Promise<void> {
  const { store: good, app, key } = world;
  const { store = good, freight = freightOf(app.image, app.capsule), policy = policyFor(key), capsule } = await attempt(world);
  const verdict = await verify(store, freight, policy, capsule === undefined ? {} : { capsule });
  expect(await refutations(verdict)).toEqual(refuted);
  expect(verdict).toMatchObject({ accepted: false, outcome: 'refused', report: { accepted: false, outcome: 'refused' } });
  expect(verdict).not.toHaveProperty('capsule');
  for (const { state, hint } of verdict.findings) expect(state !== 'refuted' || (hint ?? '') !== '').toBe(true);
}

describe('a tag', () => {
  const defects: readonly Defect[] = [
    [
      'that was moved to another signed capsule',
      ['TAG_FORM TAG_OTHER_COMMIT', 'TAG_FORM TAG_OTHER_COMMIT', 'PAIR PAIR_TAG_DIFFERS', 'PAIR PAIR_DIGEST_DIFFERS'],
      async ({ store, app, next }) => ({
        store: await copyOf(store, [next.descriptor], { [app.tag]: next.descriptor }),
        freight: freightOf(app.image),
      }),
    ],
    [
      'that was moved before Kargo looked, behind which the caller names the right one',
      ['TAG_FORM TAG_OTHER_COMMIT'],
      ({ app, next }) => ({ freight: freightOf({ ...next.capsule, tag: app.tag }), capsule: { tag: next.tag } }),
    ],
    ['of the image that is no commit', ['TAG_FORM TAG_NOT_A_COMMIT', 'PAIR PAIR_TAG_DIFFERS'], ({ app }) => ({ freight: freightOf({ ...app.image, tag: 'v1' }, app.capsule) })],
    [
      'that names nothing',
      ['CAPSULE_DIGEST CAPSULE_MISSING'],
      async ({ store, app }) => ({ store: await copyOf(store, [app.descriptor]), freight: freightOf(app.image) }),
    ],
  ];
  it.each(defects)('%s is refused with %j', (_what, refuted, attempt) => expectRefused(refuted, attempt));

  it('of the Freight\'s capsule decides where it has no digest, whatever tag the caller names', async () => {
    const { store, app, next, key } = world;
    const freight = freightOf({ repoURL: app.capsule.repoURL, tag: app.tag });
    const policy = policyFor(key, { tagRule: 'any' });

    for (const capsule of [{}, { tag: next.tag }, { digest: app.descriptor.digest }]) {
      const verdict = await verify(store, freight, policy, { capsule });

      expect(await refutations(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ accepted: true, report: { capsule: { digest: app.descriptor.digest } } });
    }
  });

  it('that was moved after Kargo looked is reported, and the pinned capsule accepted', async () => {
    const { store, app, next, key } = world;
    const moved = await copyOf(store, [app.descriptor, next.descriptor], { [app.tag]: next.descriptor });

    const verdict = await verify(moved, freightOf(app.image, app.capsule), policyFor(key));

    expect(verdict.outcome).toBe('accepted');
    expect(await refutations(verdict)).toEqual(['TAG_MOVED TAG_POINTS_ELSEWHERE']);
    expect(verdict.report.capsule.digest).toBe(app.descriptor.digest);
  });
});

describe('a Freight', () => {
  const defects: readonly Defect[] = [
    ['that pins a capsule which is not there', ['CAPSULE_DIGEST CAPSULE_MISSING', 'TAG_MOVED TAG_POINTS_ELSEWHERE'], ({ app }) => ({ freight: freightOf({ ...app.capsule, digest: digestOf('7') }) })],
    [
      'that names the capsule by a tag alone, where the policy takes any tag and the caller names another digest',
      ['CAPSULE_DIGEST DIGEST_DIFFERS'],
      ({ app, next, key }) => ({
        freight: freightOf({ repoURL: app.capsule.repoURL, tag: app.tag }),
        policy: policyFor(key, { tagRule: 'any' }),
        capsule: { tag: next.tag, digest: next.descriptor.digest },
      }),
    ],
    [
      'that names the capsule by a tag which is gone, where the caller names a digest',
      ['CAPSULE_DIGEST CAPSULE_MISSING'],
      ({ app }) => ({ freight: freightOf({ repoURL: app.capsule.repoURL, tag: 'gone' }), capsule: { digest: app.descriptor.digest } }),
    ],
    ['that pins something that is no digest', ['CAPSULE_DIGEST DIGEST_DIFFERS'], ({ app }) => ({ freight: freightOf({ ...app.capsule, digest: 'sha256:abc' }) })],
    ['that pins another capsule than the caller names', ['CAPSULE_DIGEST DIGEST_DIFFERS'], ({ next }) => ({ capsule: { digest: next.descriptor.digest } })],
    ['whose name is not that of what it holds', ['FREIGHT_NAME FREIGHT_NAME_DIFFERS'], ({ app }) => ({ freight: { ...freightOf(app.image, app.capsule), name: '0'.repeat(40) } })],
    ['of an image of another digest', ['PAIR PAIR_DIGEST_DIFFERS'], ({ app }) => ({ freight: freightOf({ ...app.image, digest: otherDigest }, app.capsule) })],
    ['of an image without a digest', ['PAIR PAIR_DIGEST_ABSENT'], ({ app }) => ({ freight: freightOf({ repoURL: app.image.repoURL, tag: app.tag }, app.capsule) })],
    [
      'of another tag, though of the right digest',
      ['TAG_FORM TAG_OTHER_COMMIT', 'PAIR PAIR_TAG_DIFFERS'],
      ({ app, next }) => ({ freight: freightOf({ ...app.image, tag: next.tag }, app.capsule) }),
    ],
    [
      'of an image of another repository, where the policy names none',
      ['PAIR PAIR_REPOSITORY_DIFFERS'],
      ({ app, key }) => {
        const { image: _image, ...policy } = policyFor(key);
        return { freight: freightOf({ ...app.image, repoURL: 'ghcr.io/evil/app' }, app.capsule), policy };
      },
    ],
    ['of a locked image of another digest', ['PAIR PAIR_LOCKED_DIGEST_DIFFERS'], ({ app }) => ({ freight: freightOf(app.image, app.capsule, { ...envoy, digest: otherDigest }) })],
    ['of a locked image without a digest', ['PAIR PAIR_LOCKED_DIGEST_ABSENT'], ({ app }) => ({ freight: freightOf(app.image, app.capsule, { repoURL: 'envoyproxy/envoy' }) })],
    [
      'of an image from a mirror, whose digest the policy denies',
      ['PAIR PAIR_REPOSITORY_DIFFERS', 'NOT_DENIED IMAGE_DENIED'],
      ({ app, key }) => ({
        freight: freightOf({ ...app.image, repoURL: 'mirror.internal/example/app', digest: otherDigest }, app.capsule),
        policy: policyFor(key, { deny: [{ what: 'image', value: otherDigest, reason: 'it leaks' }] }),
      }),
    ],
    [
      'that pins a capsule of a repository which the policy does not name, where the caller names another one from a layout',
      ['PAIR PAIR_IMAGE_UNKNOWN'],
      async ({ key }) => {
        const { store, other } = await packed({ key, annotations: { rebuilt: 'yes' } });
        const policy = policyFor(key);
        const { repository: _repository, ...capsule } = policy.capsule;
        return { store, policy: { ...policy, capsule }, capsule: { digest: other.descriptor.digest } };
      },
    ],
    ['that holds nothing, where the caller names the capsule', ['PAIR PAIR_FREIGHT_UNRELATED'], ({ app }) => ({ freight: freightOf(), capsule: { tag: app.tag } })],
    [
      'that holds only what the release does not speak of',
      ['PAIR PAIR_REPOSITORY_DIFFERS'],
      ({ app }) => ({ freight: freightOf({ repoURL: 'quay.io/a/b', digest: otherDigest }), capsule: { digest: app.descriptor.digest } }),
    ],
    [
      'that the policy\'s pairing "locked" lets hold only what the release does not speak of',
      ['PAIR PAIR_FREIGHT_UNRELATED'],
      ({ app, key }) => {
        const { image: _image, ...policy } = policyFor(key, { pairing: 'locked' });
        return { freight: freightOf({ repoURL: 'quay.io/a/b', digest: otherDigest }), policy, capsule: { digest: app.descriptor.digest } };
      },
    ],
  ];
  it.each(defects)('%s is refused with %j', (_what, refuted, attempt) => expectRefused(refuted, attempt));
});

describe('a capsule that is good, but not the policy\'s,', () => {
  const policyWith = (change: (policy: Policy) => Partial<Policy>) => ({ key }: World): Attempt => {
    const policy = policyFor(key);
    return { policy: { ...policy, ...change(policy) } };
  };
  const denied = (what: Policy['deny'][number]['what'], value: (world: World) => string) => (given: World): Attempt => {
    return { policy: policyFor(given.key, { deny: [{ what, value: value(given), reason: 'it leaks' }] }) };
  };
  const fingerprint = ({ key: { signer } }: World): string => (signer.kind === 'key' ? signer.fingerprint : '');

  const defects: readonly Defect[] = [
    [
      'a sibling of another name from the same commit',
      ['IDENTITY NAME_DIFFERS'],
      async ({ key }) => {
        const { store, other } = await packed({ key, name: 'worker' });
        return { store, freight: freightOf(other.image, other.capsule) };
      },
    ],
    [
      'from another repository',
      ['IDENTITY CAPSULE_REPOSITORY_DIFFERS'],
      ({ app }) => ({ capsule: { repository: 'ghcr.io/evil/app-capsule', digest: app.descriptor.digest }, freight: freightOf(app.image) }),
    ],
    ['of another image repository', ['IDENTITY IMAGE_REPOSITORY_DIFFERS'], policyWith(({ image }) => ({ ...(image && { image: { ...image, repository: 'ghcr.io/example/api' } }) }))],
    ['of another source', ['IDENTITY SOURCE_REPOSITORY_DIFFERS'], policyWith(({ source }) => source === undefined ? {} : { source: { ...source, repository: 'https://github.com/example/api' } })],
    ['of another directory of its source', ['IDENTITY SOURCE_PATH_DIFFERS'], policyWith(({ source }) => source === undefined ? {} : { source: { ...source, path: 'k8s' } })],
    ['for another deploy tool', ['IDENTITY PACKAGE_KIND_DIFFERS'], policyWith(() => ({ packageKind: 'helm' }))],
    ['whose digest is denied', ['NOT_DENIED CAPSULE_DENIED'], denied('capsule', ({ app }) => app.descriptor.digest)],
    ['whose commit is denied', ['NOT_DENIED COMMIT_DENIED'], denied('commit', ({ app }) => app.record.gitCommit)],
    ['whose image is denied', ['NOT_DENIED IMAGE_DENIED'], denied('image', () => appDigest)],
    ['that locks a denied image', ['NOT_DENIED IMAGE_DENIED'], denied('image', () => envoy.digest)],
    ['whose signer is denied by fingerprint', ['SIGNATURE SIGNATURE_BY_DENIED', 'NOT_DENIED SIGNER_DENIED'], denied('signer', fingerprint)],
    ['whose signer is denied by its label', ['SIGNATURE SIGNATURE_BY_DENIED', 'NOT_DENIED SIGNER_DENIED'], denied('signer', () => '--key')],
    [
      'without an application image',
      ['IDENTITY IMAGE_NOT_RECORDED', 'PAIR PAIR_IMAGE_MISSING'],
      async ({ key }) => {
        const { store, other } = await packed({ key, locksOnly: true, images: [envoy] });
        return { store, freight: freightOf(other.capsule) };
      },
    ],
  ];
  it.each(defects)('%s is refused with %j', (_what, refuted, attempt) => expectRefused(refuted, attempt));

  it('is accepted where it only locks images and the policy says so', async () => {
    const { key } = world;
    const { store, other } = await packed({ key, locksOnly: true, images: [envoy] });
    const { image: _image, ...policy } = policyFor(key, { pairing: 'locked' });

    const verdict = await verify(store, freightOf(other.capsule, envoy), policy);

    expect(await refutations(verdict)).toEqual([]);
    expect(verdict.findings.map(({ code }) => code)).toContain('PAIR_LOCKED');
    expect(verdict.accepted).toBe(true);
  });
});

describe('a signature', () => {
  const unsigned = async (): Promise<{ store: MemoryStore; other: Release; attempt: Attempt }> => {
    const { store, other } = await packed({});
    return { store, other, attempt: { store, freight: freightOf(other.image, other.capsule) } };
  };
  const trusting = (signers: Policy['capsule']['signers'], threshold: number) => ({ key }: Pick<World, 'key'>): Attempt => {
    const policy = policyFor(key);
    return { policy: { ...policy, capsule: { ...policy.capsule, signers, threshold } } };
  };
  const dated = (dates: { readonly notBeforeMs?: number; readonly notAfterMs?: number }) => ({ key }: World): Attempt => {
    return trusting([{ ...key.signer, ...dates }], 1)({ key });
  };

  const defects: readonly Defect[] = [
    ['that is missing', ['SIGNATURE SIGNATURE_MISSING'], async () => (await unsigned()).attempt],
    [
      'of another key',
      ['SIGNATURE SIGNATURE_UNTRUSTED'],
      async ({ stranger }) => {
        const { store, other, attempt } = await unsigned();
        await sign(store, other.descriptor, stranger);
        return attempt;
      },
    ],
    [
      'of another key that names the policy\'s key',
      ['SIGNATURE SIGNATURE_INVALID'],
      async ({ key, stranger }) => {
        const { store, other, attempt } = await unsigned();
        const posing = async (data: Uint8Array) => ({ ...(await stranger.sign.sign(data)), key: (await key.sign.sign(data)).key });
        await attest(store, other.descriptor, { ...stranger, sign: { sign: posing } });
        return attempt;
      },
    ],
    [
      'carried over from another capsule',
      ['SIGNATURE SIGNATURE_OTHER_SUBJECT'],
      async ({ key }) => {
        const { store, other, attempt } = await unsigned();
        const signed = await release(store, directory, { key, name: 'worker', files: { ...packageFiles, a: 'another commit' } });
        const [signature] = await Array.fromAsync(store.referrers(signed.descriptor));
        if (signature === undefined) throw new Error('it was signed');
        await carryOver(store, signature, other.descriptor);
        return attempt;
      },
    ],
    [
      'that a list of referrers gives to another capsule',
      ['SIGNATURE SIGNATURE_OTHER_SUBJECT'],
      async ({ store: signedStore, app }) => {
        const { store, attempt } = await unsigned();
        const referrers = () => signedStore.referrers(app.descriptor);
        const fetch: CapsuleStore['fetch'] = (target) => store.fetch(target).catch(() => signedStore.fetch(target));
        return { ...attempt, store: altered(store, { referrers, fetch }) };
      },
    ],
    [
      'in whose place stands an attestation by the same key',
      ['SIGNATURE SIGNATURE_NOT_A_SIGNATURE'],
      async ({ key }) => {
        const { store, other, attempt } = await unsigned();
        await attest(store, other.descriptor, key, { predicateType: 'https://slsa.dev/provenance/v1' });
        return attempt;
      },
    ],
    [
      'in whose place stands an attestation that is announced as a signature',
      ['SIGNATURE SIGNATURE_NOT_A_SIGNATURE'],
      async ({ key }) => {
        const { store, other, attempt } = await unsigned();
        const announcedAs = 'https://sigstore.dev/cosign/sign/v1';
        await attest(store, other.descriptor, key, { predicateType: 'https://slsa.dev/provenance/v1', announcedAs });
        return attempt;
      },
    ],
    [
      'of two subjects',
      ['SIGNATURE SIGNATURE_SEVERAL_SUBJECTS'],
      async ({ key, app }) => {
        const { store, other, attempt } = await unsigned();
        await attest(store, other.descriptor, key, { alsoOf: [app.descriptor.digest] });
        return attempt;
      },
    ],
    [
      'whose subject comes second',
      ['SIGNATURE SIGNATURE_SEVERAL_SUBJECTS'],
      async ({ key, app }) => {
        const { store, other, attempt } = await unsigned();
        await attest(store, other.descriptor, key, { alsoOf: [app.descriptor.digest], reversed: true });
        return attempt;
      },
    ],
    ['of a key whose last day is over', ['SIGNATURE SIGNATURE_EXPIRED'], dated({ notAfterMs: now().getTime() - day })],
    ['of a key whose first day is to come', ['SIGNATURE SIGNATURE_TOO_EARLY'], dated({ notBeforeMs: now().getTime() + day })],
    [
      'where the policy asks for two',
      ['SIGNATURE SIGNATURE_THRESHOLD'],
      ({ key, stranger }) => trusting([key.signer, stranger.signer], 2)({ key }),
    ],
    [
      'by one key that stands in the policy twice, where it asks for two',
      ['SIGNATURE SIGNATURE_THRESHOLD'],
      ({ key }) => trusting([key.signer, { ...key.signer }], 2)({ key }),
    ],
    ['for a policy that was made without any signer', ['SIGNATURE SIGNATURE_UNTRUSTED'], trusting([], 1)],
    ['for a policy that was made to ask for none', ['SIGNATURE SIGNATURE_MISSING'], ({ key }) => trusting([key.signer], 0)({ key })],
  ];
  it.each(defects)('%s is refused with %j', (_what, refuted, attempt) => expectRefused(refuted, attempt));

  it('is found among many that do not count', async () => {
    const { key, stranger } = world;
    const { store, other, attempt } = await unsigned();
    for (let count = 0; count < 5; count += 1) await sign(store, other.descriptor, await newKey());
    await attest(store, other.descriptor, key, { predicateType: 'https://slsa.dev/provenance/v1' });
    await sign(store, other.descriptor, stranger);
    await sign(store, other.descriptor, key);

    const verdict = await verify(store, attempt.freight ?? freightOf(), policyFor(key));

    expect(verdict.accepted).toBe(true);
    if (verdict.accepted) await verdict.capsule.close();
  });
});

it('a clock that tells no time lets no signer in that has dates', async () => {
  const { key, store, app } = world;
  const policy = policyFor(key);
  const dated = { ...policy, capsule: { ...policy.capsule, signers: [{ ...key.signer, notAfterMs: now().getTime() + day }] } };

  const verdict = await verify(store, freightOf(app.capsule), dated, { now: () => new Date(Number.NaN) });

  expect(await refutations(verdict)).toEqual(['SIGNATURE SIGNATURE_EXPIRED']);
});

describe('a source proof', () => {
  const withPatterns = (include: readonly string[], exclude: readonly string[]) => async ({ key }: World, packing: ReleaseOptions): Promise<Attempt> => {
    const { store, other } = await packed({ key, ...packing });
    const policy = policyFor(key);
    const { source } = policy;
    return { store, freight: freightOf(other.capsule), policy: { ...policy, ...(source && { source: { ...source, include, exclude } }) } };
  };

  const defects: readonly Defect[] = [
    ['of a part, where the policy names no patterns,', ['SOURCE_PROOF SOURCE_PATTERNS_DIFFER'], (given) => withPatterns([], [])(given, { include: ['base/**'] })],
    ['of a part, where the policy names others,', ['SOURCE_PROOF SOURCE_PATTERNS_DIFFER'], (given) => withPatterns(['base/**', 'components/**'], [])(given, { include: ['base/**'] })],
    ['of a part, where the policy leaves out less,', ['SOURCE_PROOF SOURCE_PATTERNS_DIFFER'], (given) => withPatterns([], ['hooks/**'])(given, { exclude: ['hooks/**', 'components/**'] })],
    ['that is missing', ['SOURCE_PROOF SOURCE_PROOF_MISSING'], (given) => withPatterns([], [])(given, { omitSourceProof: true })],
  ];
  it.each(defects)('%s is refused with %j', (_what, refuted, attempt) => expectRefused(refuted, attempt));

  it('of a part is accepted with exactly the patterns that the policy names', async () => {
    const patterns = { include: ['base/**', 'hooks/**'], exclude: ['hooks/*.sh'] };
    const { store, freight, policy } = await withPatterns(patterns.include, patterns.exclude)(world, patterns);

    const verdict = await verify(store ?? world.store, freight ?? freightOf(), policy ?? policyFor(world.key));

    expect(await refutations(verdict)).toEqual([]);
    expect(verdict.findings.map(({ code }) => code)).toContain('SOURCE_PARTIAL');
    expect(verdict.accepted).toBe(true);
  });

  it('may be missing where the policy names no source', async () => {
    const { key } = world;
    const { store, other } = await packed({ key, omitSourceProof: true });
    const { source: _source, ...policy } = policyFor(key);

    const verdict = await verify(store, freightOf(other.capsule), policy);

    expect(verdict.findings.map(({ code }) => code)).toContain('SOURCE_PROOF_ABSENT');
    expect(verdict.accepted).toBe(true);
    if (verdict.accepted) await verdict.capsule.close();
  });
});

describe('audit mode', () => {
  it('says what enforcing would, and yields no capsule of a refused release', async () => {
    const { stranger, store, app } = world;

    const verdict = await verify(store, freightOf(app.capsule), policyFor(stranger, { mode: 'audit' }));

    expect(verdict).not.toHaveProperty('capsule');
    expect(verdict.report).toMatchObject({ accepted: false, outcome: 'refused', enforced: false });
    expect(await refutations(verdict)).toEqual(['SIGNATURE SIGNATURE_UNTRUSTED']);
  });

  it('accepts what enforcing accepts', async () => {
    const { key, store, app } = world;

    const verdict = await verify(store, freightOf(app.capsule), policyFor(key, { mode: 'audit' }));

    expect(verdict.report).toMatchObject({ accepted: true, outcome: 'accepted', enforced: false });
    if (verdict.accepted) await verdict.capsule.close();
  });
});

it('a policy that asks for what this version cannot judge is no verdict, but an error', async () => {
  const { key, store, app } = world;
  const policy = policyFor(key, { require: { provenance: false, sbom: false, lineage: true, lockedImages: false } });

  await expect(verify(store, freightOf(app.capsule), policy)).rejects.toMatchObject({ name: 'VerifyError', code: 'POLICY_UNSUPPORTED' });
});

it('nothing that names a capsule is an error, too', async () => {
  const { key, store } = world;

  await expect(verify(store, freightOf(), policyFor(key))).rejects.toMatchObject({ code: 'CAPSULE_UNNAMED' });
});
