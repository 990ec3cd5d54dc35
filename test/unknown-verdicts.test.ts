import { MemoryStore, type OciErrorCode } from '@release-capsule/oci';
import { beforeAll, describe, expect, it } from 'vitest';
import { altered } from '../packages/verifier/src/signature/testing/altered-store.ts';
import { freightOf, policyFor, release, type Release, verify } from './releases/release.ts';
import { newKey, sign, type TestKey } from './releases/signing.ts';
import { type CapsuleParts, type CapsuleStore, copyOf, failingToFetch, failingToList, failingToResolve, partsOf } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
const origin = new MemoryStore();
let key: TestKey;
let app: Release;
let parts: CapsuleParts;

beforeAll(async () => {
  key = await newKey();
  app = await release(origin, directory, { key });
  parts = await partsOf(origin, app.descriptor);
});

/** Each step of a verification at which a store can fail, and the claim that is then unknown. */
const steps: readonly { readonly step: string; readonly claim: string; readonly fail: (code: OciErrorCode) => CapsuleStore }[] = [
  { step: 'resolving the capsule', claim: 'CAPSULE_DIGEST', fail: (code) => failingToResolve(origin, code) },
  { step: 'fetching the manifest', claim: 'CAPSULE_DIGEST', fail: (code) => failingToFetch(origin, parts.manifest.digest, code) },
  { step: 'listing referrers', claim: 'SIGNATURE', fail: (code) => failingToList(origin, code) },
  { step: 'fetching the signature\'s manifest', claim: 'SIGNATURE', fail: (code) => failingToFetch(origin, parts.signature.digest, code) },
  { step: 'fetching the bundle', claim: 'SIGNATURE', fail: (code) => failingToFetch(origin, parts.bundle.digest, code) },
  { step: 'fetching the layer', claim: 'ARCHIVE', fail: (code) => failingToFetch(origin, parts.layer.digest, code) },
  {
    step: 'reading the layer to its end',
    claim: 'ARCHIVE',
    fail: (code) => breakingOff(parts.layer.digest, code),
  },
];

const failures: readonly OciErrorCode[] = [
  'THROTTLED',
  'UNAVAILABLE',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'CREDENTIALS_INVALID',
  'REALM_UNTRUSTED',
  'REDIRECT_REFUSED',
  'ADDRESS_REFUSED',
  'PROTOCOL_ERROR',
  'REQUEST_REFUSED',
  'UNSUPPORTED',
];

describe.each(steps)('a store that fails at $step', ({ claim, fail }) => {
  it.each(failures)('with %s leaves the verdict open: nothing is refused, nothing accepted', async (code) => {
    const verdict = await verify(fail(code), freightOf(app.image, app.capsule), policyFor(key));

    expect(verdict.outcome).toBe('unknown');
    expect(verdict).not.toHaveProperty('capsule');
    expect(verdict.findings.filter(({ state }) => state === 'refuted')).toEqual([]);
    const open = verdict.findings.filter(({ state, code: found }) => state === 'unknown' && !found.endsWith('_NOT_JUDGED'));
    expect(open.map((finding) => finding.claim)).toContain(claim);
    for (const finding of open) expect(finding.hint ?? '').not.toBe('');
  });

  it('with THROTTLED, or by leading elsewhere, says so, which is another answer than that it is unreachable', async () => {
    const codes = async (code: OciErrorCode): Promise<readonly string[]> => {
      const verdict = await verify(fail(code), freightOf(app.capsule), policyFor(key));
      return verdict.findings.filter((finding) => finding.claim === claim).map((finding) => finding.code);
    };

    expect(await codes('THROTTLED')).toEqual([expect.stringMatching(/_THROTTLED$/)]);
    expect(await codes('UNAVAILABLE')).toEqual([expect.stringMatching(/_LOOKUP_FAILED$/)]);
    expect(await codes('ADDRESS_REFUSED')).toEqual([expect.stringMatching(/_MISDIRECTED$/)]);
    expect(await codes('REDIRECT_REFUSED')).toEqual([expect.stringMatching(/_MISDIRECTED$/)]);
  });

  it('with something that is no answer of a store is a malfunction, not a verdict', async () => {
    const broken = fail('UNAVAILABLE');
    const bug = new RangeError('a bug');
    const raising = <Arguments extends readonly unknown[], Result>(act: (...given: Arguments) => Promise<Result>) => {
      return (...given: Arguments): Promise<Result> => act(...given).catch(() => Promise.reject(bug));
    };
    const store = altered(broken, {
      fetch: raising((target, signal) => broken.fetch(target, signal)),
      resolve: raising((reference, signal) => broken.resolve(reference, signal)),
      async *referrers(...given) {
        try {
          yield* broken.referrers(...given);
        } catch {
          throw bug;
        }
      },
    });

    const verdict = verify(store, freightOf(app.capsule), policyFor(key));

    if (claim !== 'ARCHIVE') return expect(verdict).rejects.toBe(bug);
    return expect(verdict.then(({ accepted }) => accepted, () => false)).resolves.toBe(false);
  });
});

describe('a signature that cannot be read', () => {
  it('hides no other that can', async () => {
    const store = await copyOf(origin, [app.descriptor]);
    const second = await newKey();
    await sign(store, app.descriptor, second);
    const policy = policyFor(key);
    const both = { ...policy, capsule: { ...policy.capsule, signers: [key.signer, second.signer] } };

    const verdict = await verify(failingToFetch(store, parts.bundle.digest, 'UNAVAILABLE'), freightOf(app.capsule), both);

    expect(verdict.accepted).toBe(true);
    expect(verdict.report.signers).toEqual([second.signer.kind === 'key' ? second.signer.fingerprint : '']);
    if (verdict.accepted) await verdict.capsule.close();
  });

  it('leaves it open whether the threshold is met', async () => {
    const store = await copyOf(origin, [app.descriptor]);
    const second = await newKey();
    await sign(store, app.descriptor, second);
    const policy = policyFor(key);
    const both = { ...policy, capsule: { ...policy.capsule, signers: [key.signer, second.signer], threshold: 2 } };

    const verdict = await verify(failingToFetch(store, parts.bundle.digest, 'THROTTLED'), freightOf(app.capsule), both);

    expect(verdict.outcome).toBe('unknown');
    expect(verdict.findings.map(({ code }) => code)).toContain('SIGNATURE_THROTTLED');
  });

  it('counts for nothing where a list of referrers that breaks off has named a good one already', async () => {
    const verdict = await verify(failingToList(origin, 'UNAVAILABLE', 1), freightOf(app.capsule), policyFor(key));

    expect(verdict.accepted).toBe(true);
    if (verdict.accepted) await verdict.capsule.close();
  });
});

describe('a tag that cannot be looked up', () => {
  it('is only reported where the Freight pins the capsule', async () => {
    const store = altered(origin, {
      resolve: (reference, signal) => (reference === app.tag ? failingToResolve(origin, 'THROTTLED').resolve(reference) : origin.resolve(reference, signal)),
    });

    const verdict = await verify(store, freightOf(app.capsule), policyFor(key));

    expect(verdict.accepted).toBe(true);
    expect(verdict.findings.map(({ code }) => code)).toContain('TAG_LOOKUP_FAILED');
    if (verdict.accepted) await verdict.capsule.close();
  });
});

describe('a store that never answers', () => {
  it.each([
    ['what the capsule is', 'CAPSULE_LOOKUP_FAILED', () => altered(origin, { resolve: (_reference, signal) => never(signal) })],
    ['which signatures there are', 'SIGNATURE_LOOKUP_FAILED', () => altered(origin, { async *referrers(_subject, _type, signal) { yield await never(signal); } })],
    ['with the signature', 'SIGNATURE_LOOKUP_FAILED', () => silentAbout(parts.bundle.digest)],
    ['with the layer', 'LAYER_LOOKUP_FAILED', () => silentAbout(parts.layer.digest)],
  ] as const)('%s leaves the verdict open at the deadline: %s', async (_what, code, store) => {
    const verdict = await verify(store(), freightOf(app.image, app.capsule), policyFor(key), { deadlineMs: 1_000 });

    expect(verdict.outcome).toBe('unknown');
    expect(verdict.findings.find((finding) => finding.code === code)).toMatchObject({ state: 'unknown', message: expect.stringMatching(/ has not sent the .* within 1 seconds/) });
  });

  it('is given up at once where the caller aborts', async () => {
    const options = { deadlineMs: 60_000, signal: AbortSignal.timeout(20) };

    await expect(verify(silentAbout(parts.layer.digest), freightOf(app.capsule), policyFor(key), options)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

function silentAbout(digest: string): CapsuleStore {
  return altered(origin, { fetch: (target, signal) => (target.digest === digest ? never(signal) : origin.fetch(target, signal)) });
}

function never(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

it('an odd address in the Freight leaves its name open', async () => {
  const freight = { ...freightOf(app.capsule), name: '0'.repeat(40), commits: [{ repoURL: 'https://exa mple.com/%zz', id: '1' }] };

  const verdict = await verify(origin, freight, policyFor(key));

  expect(verdict.outcome).toBe('unknown');
  expect(verdict.findings.map(({ code }) => code)).toContain('FREIGHT_NAME_UNCOMPUTABLE');
});

/** A store whose stream of one blob breaks off in the middle. */
function breakingOff(digest: string, code: OciErrorCode): CapsuleStore {
  const failing = failingToFetch(origin, digest, code);
  return altered(origin, {
    fetch: async (target, signal) => {
      const whole = await origin.fetch(target, signal);
      if (target.digest !== digest) return whole;
      const failure: unknown = await failing.fetch(target).catch((error: unknown) => error);
      let isFirst = true;
      return new ReadableStream({
        pull(controller) {
          if (!isFirst) throw failure;
          isFirst = false;
          controller.enqueue(new Uint8Array(10));
        },
      });
    },
  });
}
