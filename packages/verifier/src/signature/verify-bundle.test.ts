import { generateKeyPairSync, sign } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { type Digest, isDigest } from '@release-capsule/schema';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicySigner } from '../policy/policy.ts';
import { parseBundle } from './bundle.ts';
import { parsePublicKey } from './public-key.ts';
import { identitySigner } from './testing/identity.ts';
import { cosignVector } from './testing/cosign-vector.ts';
import {
  bundleBytes,
  type BundleJson,
  bundleJson,
  encode,
  hintOf,
  newKey,
  pae,
  provenanceType,
  statement,
  type TestKey,
  testKey,
} from './testing/signing.ts';
import { verifyBundle } from './verify-bundle.ts';

const digest = asDigest(`sha256:${'ab'.repeat(32)}`);
const otherDigest = asDigest(`sha256:${'cd'.repeat(32)}`);
const payload = statement(digest);
const key = newKey();
const nowMs = Date.UTC(2026, 0, 2);
const keyless = identitySigner('a@example.com');

describe('verifying a bundle by key', () => {
  test.each([
    ['P-256', newKey('P-256'), 'sha256'],
    ['P-384 as cosign 3 signs', newKey('P-384'), 'sha384'],
    ['P-384 as cosign 2 and sigstore-js sign', newKey('P-384'), 'sha256'],
    ['RSA', testKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), 'sha256'],
  ])('accepts %s', async (_what, by, hash) => {
    const verdict = await judge(bundleBytes({ payload, key: by, hash }), [by.signer]);

    expect(verdict).toEqual(verifiedBy(by.signer));
  });

  test("accepts cosign's own signature", async () => {
    const { publicKeyPem, fingerprint } = parsePublicKey(cosignVector.publicKeyPem, 'cosign.pub');
    const signer = { ...key.signer, label: 'cosign.pub', publicKeyPem, fingerprint };
    const bundle = parse(Buffer.from(cosignVector.bundle));

    const verdict = await verifyBundle(bundle, { signers: [signer], digest: asDigest(cosignVector.digest), nowMs });

    expect(verdict).toEqual(verifiedBy(signer));
  });

  test('names each signer of the policy that it satisfies, and no other', async () => {
    const alias = { ...key.signer, label: 'same.pub' };

    const verdict = await judge(bundleBytes({ payload, key }), [newKey().signer, key.signer, keyless, alias]);

    expect(verdict).toEqual(verifiedBy(key.signer, alias));
  });

  test('does not need the hint', async () => {
    const json = { ...bundleJson({ payload, key }), verificationMaterial: { publicKey: { hint: 'anything' } } };

    expect((await judge(encode(json), [key.signer])).kind).toBe('verified');
  });

  test('accepts P-384 with SHA-384, which @sigstore/verify cannot: the reason why it is not asked', async () => {
    const p384 = newKey('P-384');
    const json = bundleJson({ payload, key: p384, hash: 'sha384' });

    expect((await judge(encode(json), [p384.signer])).kind).toBe('verified');
    expect(libraryAccepts(json, p384)).toBe(false);
  });

  test("accepts a signature's twin, which anybody can compute: nothing may hang on the bytes of a signature", async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of P-256
    const raw = sign('sha256', pae(payload), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    const s = order - BigInt(`0x${raw.subarray(32).toString('hex')}`);
    const twin = derSignature(raw.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex'));

    const verdict = await judge(encode(withSignature(bundleJson({ payload, key }), twin)), [key.signer]);

    expect(verdict).toEqual(verifiedBy(key.signer));
  });

  test('agrees with @sigstore/verify, on good and bad signatures', async () => {
    const other = newKey();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(key, other), fc.option(fc.nat(71)), async (by, flipped) => {
        const json = bundleJson({ payload, key: by });
        const changed = flipped === null ? json : withSignature(json, flipByte(signatureOf(json), flipped));
        const ours = (await judge(encode(changed), [key.signer])).kind === 'verified';
        expect(ours).toBe(libraryAccepts(changed, key));
      }),
    );
  });
});

describe('refusing a bundle by key', () => {
  test.each([
    ['signed by another key', bundleJson({ payload, key: newKey() }), 'SIGNATURE_UNTRUSTED'],
    ['by another key under our hint', stolenHint(), 'SIGNATURE_INVALID'],
    ['of another capsule', bundleJson({ payload: statement(otherDigest), key }), 'SIGNATURE_OTHER_SUBJECT'],
    ['that is our attestation', attestation(key), 'SIGNATURE_NOT_A_SIGNATURE'],
    ["that is somebody's attestation", attestation(newKey()), 'SIGNATURE_NOT_A_SIGNATURE'],
    ['that is as large as an SBOM', bundleJson({ payload: Buffer.alloc(1024 * 1024 + 1, '{},'), key }), 'SIGNATURE_NOT_A_SIGNATURE'],
    ['of something else', bundleJson({ payload: Buffer.from('hello'), key }), 'SIGNATURE_MALFORMED'],
    ['signed without the DSSE encoding', rawSignature(), 'SIGNATURE_INVALID'],
    ['signed under another payload type', otherType(), 'SIGNATURE_INVALID'],
  ])('refuses one %s', async (_what, json, code) => {
    expect(await judge(encode(json), [key.signer])).toMatchObject({ kind: 'refusal', code });
  });

  test('refuses it wherever a byte is flipped, but for the hint, from which nothing is decided', async () => {
    const bytes = bundleBytes({ payload, key });
    const start = bytes.indexOf(hintOf(key.signer));
    const end = start + hintOf(key.signer).length;
    const accepted: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (const bit of [1, 2, 32, 128]) {
        if (at >= start && at < end) continue;
        if ((await outcomeOf(flipByte(bytes, at, bit))) === 'verified') accepted.push(at);
      }
    }

    expect(accepted).toEqual([]);
  });

  test('refuses a signature in any other encoding than the one of DER', async () => {
    const json = bundleJson({ payload, key });
    const signature = signatureOf(json);
    const longForm = Buffer.concat([signature.subarray(0, 1), Buffer.from([0x81]), signature.subarray(1)]);
    const raw = sign('sha256', pae(payload), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    const trailing = Buffer.concat([signature, Buffer.from([0])]);
    for (const changed of [trailing, longForm, raw, Buffer.alloc(64), Buffer.alloc(1)]) {
      expect(await judge(encode(withSignature(json, changed)), [key.signer])).toMatchObject({ code: 'SIGNATURE_INVALID' });
    }
  });

  test('lets no certificate satisfy a key, whatever it holds', async () => {
    const rawBytes = key.signer.publicKeyPem.split('\n').slice(1, -2).join('');
    const json = { ...bundleJson({ payload, key }), verificationMaterial: { certificate: { rawBytes } } };

    expect(await judge(encode(json), [key.signer])).toMatchObject({ code: 'SIGNATURE_BY_CERTIFICATE' });
  });

  test('lets no key satisfy an identity', async () => {
    expect(await judge(bundleBytes({ payload, key }), [keyless])).toMatchObject({ code: 'SIGNATURE_BY_KEY' });
  });

  test('refuses everything where the policy names nobody', async () => {
    expect(await judge(bundleBytes({ payload, key }), [])).toMatchObject({ kind: 'refusal' });
  });
});

describe("a signer's dates", () => {
  const bytes = bundleBytes({ payload, key });
  test.each([
    ['on its last moment', { notAfterMs: nowMs }, 'verified'],
    ['on its first moment', { notBeforeMs: nowMs }, 'verified'],
    ['after its end', { notAfterMs: nowMs - 1 }, 'SIGNATURE_EXPIRED'],
    ['before its start', { notBeforeMs: nowMs + 1 }, 'SIGNATURE_TOO_EARLY'],
  ])('decide: %s', async (_what, dates, outcome) => {
    const verdict = await judge(bytes, [{ ...key.signer, ...dates }]);

    expect(verdict.kind === 'verified' ? 'verified' : verdict.code).toBe(outcome);
  });

  test('leave another entry with the same key as it is', async () => {
    const ended = { ...key.signer, notAfterMs: 0 };

    expect(await judge(bytes, [ended, key.signer])).toEqual(verifiedBy(key.signer));
  });
});

test("throws where the policy's own key cannot be read", async () => {
  const broken = { ...key.signer, publicKeyPem: 'no key' };

  await expect(judge(bundleBytes({ payload, key }), [broken])).rejects.toMatchObject({ code: 'KEY_INVALID' });
});

function judge(bytes: Buffer, signers: readonly PolicySigner[]): ReturnType<typeof verifyBundle> {
  return verifyBundle(parse(bytes), { signers, digest, nowMs });
}

/** Signatures by key alone, by exactly these signers. */
function verifiedBy(...signers: readonly PolicySigner[]): object {
  return { kind: 'verified', by: signers.map((signer) => ({ signer, signedAt: [], logged: [] })) };
}

function parse(bytes: Buffer): Exclude<ReturnType<typeof parseBundle>, { kind: 'refusal' }> {
  const bundle = parseBundle(bytes);
  if (bundle.kind === 'refusal') throw new Error(`the test's bundle ${bundle.message}`);
  return bundle;
}

async function outcomeOf(bytes: Buffer): Promise<string> {
  const bundle = parseBundle(bytes);
  return bundle.kind === 'refusal' ? bundle.code : (await verifyBundle(bundle, { signers: [key.signer], digest, nowMs })).kind;
}

function libraryAccepts(json: BundleJson, { signer }: TestKey): boolean {
  const empty = { mediaType: '', certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const trust = toTrustMaterial(empty, () => ({
    publicKey: parsePublicKey(signer.publicKeyPem, '').key,
    validFor: () => true,
  }));
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  try {
    verifier.verify(toSignedEntity(bundleFromJSON(json)));
    return true;
  } catch {
    return false;
  }
}

function stolenHint(): object {
  const verificationMaterial = { publicKey: { hint: hintOf(key.signer) } };
  return { ...bundleJson({ payload, key: newKey() }), verificationMaterial };
}

function attestation(by: TestKey): object {
  return bundleJson({ payload: statement(digest, { predicateType: provenanceType }), key: by });
}

function rawSignature(): object {
  return withSignature(bundleJson({ payload, key }), sign('sha256', payload, key.privateKey));
}

function otherType(): object {
  return withSignature(bundleJson({ payload, key }), sign('sha256', pae(payload, 'text/plain'), key.privateKey));
}

function signatureOf({ dsseEnvelope }: BundleJson): Buffer {
  return Buffer.from(dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
}

function withSignature(json: BundleJson, signature: Buffer): BundleJson {
  return { ...json, dsseEnvelope: { ...json.dsseEnvelope, signatures: [{ sig: signature.toString('base64') }] } };
}

function derSignature(...numbers: readonly Buffer[]): Buffer {
  const integers = numbers.map((number) => {
    const significant = number.subarray(number.findIndex((byte) => byte !== 0));
    const content = (significant[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), significant]) : significant;
    return Buffer.concat([Buffer.from([0x02, content.length]), content]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function flipByte(bytes: Buffer, at: number, bit = 1): Buffer {
  const changed = Buffer.from(bytes);
  const index = at % changed.length;
  changed[index] = (changed[index] ?? 0) ^ bit;
  return changed;
}

function asDigest(text: string): Digest {
  if (!isDigest(text)) throw new Error('the test has a bad digest');
  return text;
}
