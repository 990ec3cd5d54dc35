import { generateKeyPairSync } from 'node:crypto';
import { keySigner, loadPrivateKey, openWitnesses, type SignatureFacts } from '@release-capsule/packer';
import { describe, expect, test } from 'vitest';
import { makeToken, workflowClaims } from '../sigstore/identity.ts';
import { paths, startPrivateSigstore } from '../sigstore/private-sigstore.ts';
import { setUpKeyless, signImage, storeImage } from '../sigstore/sign-image.ts';
import { verifyBundle } from '../sigstore/verify-bundle.ts';
import { signManifest } from '../../packages/packer/src/signing/sign-manifest.ts';

const now = (): Date => new Date();

describe('a keyless signature', () => {
  test.each([
    ['Rekor v2 and a timestamp', { rekor: 2, timestamps: true }, { logs: 1, timestamps: 1 }],
    ['Rekor v1 and a timestamp', { rekor: 1, timestamps: true }, { logs: 1, timestamps: 1 }],
    ['Rekor v1 alone, whose time counts', { rekor: 1, timestamps: false }, { logs: 1, timestamps: 1 }],
    ['a timestamp alone', { rekor: 'none', timestamps: true }, { logs: 0, timestamps: 1 }],
  ] as const)('is verified by the library of Sigstore: with %s', async (_what, services, thresholds) => {
    const sigstore = await startPrivateSigstore();
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig(services));

    const { bundle } = await signImage(signer, { witnesses });

    expect(() => verifyBundle(bundle, sigstore.trustedRoot, thresholds)).not.toThrow();
  });

  test('says who signed, when, and where it is logged', async () => {
    const sigstore = await startPrivateSigstore();
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig());
    const heard: SignatureFacts[] = [];

    await signImage(signer, { witnesses, onSigned: (facts) => heard.push(facts) });

    const [facts] = heard;
    expect(facts?.by).toEqual({ kind: 'keyless', identity: workflowClaims['sub'], issuer: workflowClaims['iss'] });
    expect(facts?.logged).toEqual([{ logId: expect.stringMatching(/^[\w+/]{43}=$/), logIndex: '5' }]);
    expect(Math.abs((facts?.timestamps[0]?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('asks for one certificate, however much is signed with it', async () => {
    const sigstore = await startPrivateSigstore();
    const { signer } = await setUpKeyless(sigstore.signingConfig());

    await signImage(signer);
    await signImage(signer);

    expect(sigstore.asked.filter(({ path }) => path === paths.fulcio)).toHaveLength(1);
  });

  test('is shown to whoever checks it before anything is attached, and a refusal attaches nothing', async () => {
    const sigstore = await startPrivateSigstore();
    const another = await startPrivateSigstore();
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig());
    const { store, image } = await storeImage();
    const checkBundle = async (bundle: Uint8Array): Promise<void> => verifyBundle(bundle, another.trustedRoot);

    const signing = signManifest(store, image, signer, { now, witnesses, checkBundle });

    await expect(signing).rejects.toMatchObject({ code: 'SIGNATURE_REJECTED' });
    expect(await Array.fromAsync(store.referrers(image))).toEqual([]);
  });
});

describe('a signature by a key, with a log', () => {
  test.each([
    ['P-256', 2],
    ['P-256', 1],
  ] as const)('is verified by the library of Sigstore: %s, Rekor v%d', async (curve, rekor) => {
    const sigstore = await startPrivateSigstore();
    const { signer, publicKeyPem } = await newKey(curve);
    const log = { url: new URL(sigstore.url), majorApiVersion: rekor };

    const { bundle } = await signImage(signer, { witnesses: openWitnesses({ logs: [log], timestampAuthorities: [] }) });

    expect(() => verifyBundle(bundle, sigstore.trustedRoot, { publicKeyPem, timestamps: 0 })).not.toThrow();
  });

  test('of P-384 is logged by Rekor v2 with SHA-384, as the key details say', async () => {
    const sigstore = await startPrivateSigstore();
    const { signer } = await newKey('P-384');
    const log = { url: new URL(sigstore.url), majorApiVersion: 2 } as const;

    await signImage(signer, { witnesses: openWitnesses({ logs: [log], timestampAuthorities: [] }) });

    const { digest, signature } = JSON.parse(String(sigstore.asked[0]?.body)).hashedRekordRequestV002;
    expect(Buffer.from(digest, 'base64')).toHaveLength(48);
    expect(signature.verifier).toEqual({ publicKey: { rawBytes: expect.any(String) }, keyDetails: 'PKIX_ECDSA_P384_SHA_384' });
  });
});

describe('keyless signing', () => {
  test('never shows the token, not even where a service repeats it', async () => {
    const sigstore = await startPrivateSigstore();
    const token = makeToken();
    sigstore.distort(paths.fulcio, () => ({ status: 400, body: JSON.stringify({ code: 3, message: `cannot parse ${token}` }) }));
    const { signer } = await setUpKeyless(sigstore.signingConfig(), token);

    const error: Error = await signImage(signer).catch((thrown: Error) => thrown) as Error;

    expect(error).toMatchObject({ code: 'SERVICE_REFUSED', message: expect.stringContaining('cannot parse ***') });
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain(token.slice(0, 40));
  });

  test('refuses a certificate of another key', async () => {
    const sigstore = await startPrivateSigstore();
    const first = await setUpKeyless(sigstore.signingConfig());
    const remembered: string[] = [];
    sigstore.distort(paths.fulcio, (answer) => {
      remembered.push(answer.body.toString());
      return { ...answer, body: remembered[0] ?? '' };
    });
    await signImage(first.signer);
    const second = await setUpKeyless(sigstore.signingConfig());

    await expect(signImage(second.signer)).rejects.toMatchObject({ code: 'SIGNATURE_REJECTED', message: expect.stringContaining('another key') });
  });

  test('refuses a certificate in the name of another issuer', async () => {
    const sigstore = await startPrivateSigstore();
    const { signer } = await setUpKeyless(sigstore.signingConfig(), makeToken({ iss: 'https://issuer.example' }));
    const another = makeToken({ iss: 'https://other.example' });
    sigstore.distort(paths.fulcio, async (_answer, { body }) => {
      const request = JSON.parse(body.toString());
      const swapped = { ...request, credentials: { oidcIdentityToken: another } };
      const response = await fetch(`${second.url}${paths.fulcio}`, { method: 'POST', body: JSON.stringify(swapped) });
      return { status: response.status, body: await response.text() };
    });
    const second = await startPrivateSigstore();

    await expect(signImage(signer)).rejects.toMatchObject({ code: 'SIGNATURE_REJECTED', message: expect.stringContaining('https://other.example') });
  });

  test('sends the token nowhere that a redirect points', async () => {
    const sigstore = await startPrivateSigstore();
    const elsewhere = await startPrivateSigstore();
    sigstore.distort(paths.fulcio, () => ({ status: 307, body: '', headers: { location: `${elsewhere.url}${paths.fulcio}` } }));
    const { signer } = await setUpKeyless(sigstore.signingConfig());

    await expect(signImage(signer)).rejects.toMatchObject({ code: 'SERVICE_REFUSED' });

    expect(elsewhere.asked).toEqual([]);
  });
});

async function newKey(namedCurve: string) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const key = await loadPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return { signer: keySigner(key), publicKeyPem: key.publicKeyPem };
}
