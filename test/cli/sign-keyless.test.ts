import { openLayout, parseManifest, readAll } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate as validateReleased } from '../../packages/cli/generated/released.js';
import { validate as validateSign } from '../../packages/cli/generated/sign.js';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { makeToken, workflowClaims } from '../sigstore/identity.ts';
import { type Answer, paths, type PrivateSigstore, startPrivateSigstore } from '../sigstore/private-sigstore.ts';
import { verifyBundle } from '../sigstore/verify-bundle.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
const reference = (): string => `oci:capsules:${bench.tag}`;

beforeAll(async () => {
  bench = new Workbench();
  await bench.pack();
});

afterAll(() => bench[Symbol.dispose]());

describe('capsule sign --keyless', () => {
  test('signs in the name of the job, with the services of a signing configuration, and says so', async () => {
    const sigstore = await startPrivateSigstore();
    const args = ['sign', reference(), ...keyless(sigstore), '--json'];

    const { status, stdout, stderr } = await bench.run(args, { env: { SIGSTORE_ID_TOKEN: makeToken() } });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const signed = JSON.parse(stdout);
    expect(validateSign(signed)).toBe(true);
    expect(signed.signature).toMatchObject({
      by: { kind: 'keyless', identity: workflowClaims['sub'], issuer: workflowClaims['iss'] },
      logged: [{ url: `${sigstore.url}/`, logIndex: '5' }],
      timestamps: [expect.stringMatching(/Z$/)],
    });
    verifyBundle(await bundleOf(signed.signature.digest), sigstore.trustedRoot);
  });

  test.each([
    ['Rekor v1', ['--rekor-url', '']],
    ['Rekor v2 and timestamps', ['--rekor-url', '', '--rekor-version', '2', '--timestamp-server-url', paths.timestamps]],
    ['timestamps', ['--timestamp-server-url', paths.timestamps]],
  ])('takes the services from flags: %s', async (_what, flags) => {
    const sigstore = await startPrivateSigstore();
    const services = flags.map((text) => (text.startsWith('-') || text === '2' ? text : `${sigstore.url}${text}`));
    bench.write('token.txt', `${makeToken()}\n`);
    const args = ['sign', reference(), '--keyless', '--identity-token', 'token.txt', '--fulcio-url', sigstore.url, ...services, ...rootOf(sigstore)];

    const { status, stdout } = await bench.run(args);

    expect(status).toBe(0);
    expect(stdout).toContain(`signed by  ${String(workflowClaims['sub'])} (https://token.actions.githubusercontent.com)`);
  });

  test('shows the token to nobody, whatever fails', async () => {
    const sigstore = await startPrivateSigstore();
    const token = makeToken();
    sigstore.distort(paths.fulcio, () => ({ status: 401, body: `no: ${token}` }));

    const result = await bench.run(['sign', reference(), ...keyless(sigstore)], { env: { SIGSTORE_ID_TOKEN: token } });

    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('[SERVICE_REFUSED]') });
    expect(`${result.stdout}${result.stderr}`).not.toContain(token.slice(0, 40));
  });

  test('attaches nothing where the log does not answer, and may be tried again', async () => {
    const sigstore = await startPrivateSigstore();
    sigstore.distort(paths.rekorV2, () => ({ status: 503, body: '' }));
    const before = bench.read('capsules/index.json');

    const result = await bench.run(['sign', reference(), ...keyless(sigstore)], { env: { SIGSTORE_ID_TOKEN: makeToken() } });

    expect(result).toMatchObject({ status: 3, stderr: expect.stringContaining('[SERVICE_UNAVAILABLE]') });
    expect(bench.read('capsules/index.json')).toBe(before);
  });
});

describe('a fresh signature', () => {
  const env = (): Readonly<Record<string, string>> => ({ SIGSTORE_ID_TOKEN: makeToken() });

  test.each([
    ['a root of another Sigstore', async () => (await startPrivateSigstore()).trustedRoot],
    ['a root that knows another log of certificates', async (sigstore: PrivateSigstore) => swap(sigstore.trustedRoot, 'ctlogs', (await startPrivateSigstore()).trustedRoot)],
    ['a root that knows other logs', async (sigstore: PrivateSigstore) => swap(sigstore.trustedRoot, 'tlogs', (await startPrivateSigstore()).trustedRoot)],
    ['a root that knows another timestamp authority', async (sigstore: PrivateSigstore) => swap(sigstore.trustedRoot, 'timestampAuthorities', (await startPrivateSigstore()).trustedRoot)],
  ])('is attached to nothing under %s', async (_what, makeRoot) => {
    const sigstore = await startPrivateSigstore();
    const args = ['sign', reference(), ...keyless(sigstore)];
    bench.write('trusted_root.json', await makeRoot(sigstore));
    const before = bench.read('capsules/index.json');

    const result = await bench.run(args, { env: env() });

    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('[SIGNATURE_REJECTED]') });
    expect(bench.read('capsules/index.json')).toBe(before);
  });

  test('by a key is judged under a trusted root too, where one is given', async () => {
    const sigstore = await startPrivateSigstore();
    const services = ['--rekor-url', sigstore.url, '--rekor-version', '2'];
    bench.write('trusted_root.json', sigstore.trustedRoot);
    bench.write('other_root.json', (await startPrivateSigstore()).trustedRoot);

    const good = await bench.run(['sign', reference(), '--key', 'signing.key', ...services, '--trusted-root', 'trusted_root.json']);
    const bad = await bench.run(['sign', reference(), '--key', 'signing.key', ...services, '--trusted-root', 'other_root.json']);

    expect(good).toMatchObject({ status: 0, stderr: '' });
    expect(bad).toMatchObject({ status: 1, stderr: expect.stringContaining('[SIGNATURE_REJECTED]') });
  });
});

describe('a fresh signature in the older form', () => {
  test.each([
    ['the promise of its log is', paths.rekorV1, (answer: Answer, log: Answer) => (isHashed(answer) ? withPromiseOf(answer, log) : answer)],
    ['its timestamp is', paths.timestamps, (_answer: Answer, other: Answer) => other],
  ])('is attached to nothing where %s another’s', async (_what, path, change) => {
    const registry = await FakeRegistry.start();
    const [sigstore, other] = [await startPrivateSigstore(), await startPrivateSigstore()];
    const [place, services] = [`${registry.host}/example/app-capsule`, signingConfig(sigstore, path)];
    await bench.json(['pack', ...bench.packOptions, '--to', place]);
    let asked = 0;
    sigstore.distort(path, async (answer, { body }) => {
      asked += 1; // the older signature is made first
      const response = await fetch(`${other.url}${path}`, { method: 'POST', body: new Uint8Array(body) });
      return asked === 1 ? change(answer, { status: 201, body: new Uint8Array(await response.arrayBuffer()) }) : answer;
    });
    const before = registry.asked().length;

    const result = await bench.run(['sign', `${place}:${bench.tag}`, '--keyless', '--legacy-signature', ...services], { env: { SIGSTORE_ID_TOKEN: makeToken() } });

    await registry.stop();
    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('[SIGNATURE_REJECTED]') });
    expect(registry.asked().slice(before).filter((line) => /^(PUT|POST|PATCH) /.test(line))).toEqual([]);
  });
});

describe('capsule release --keyless', () => {
  test('signs, reads back, verifies and tags; run again, it finds its own signature', async () => {
    const sigstore = await startPrivateSigstore();
    const args = ['release', ...bench.packOptions, '--to', 'oci:released', ...keyless(sigstore), '--json'];

    const first = await bench.run(args, { env: { SIGSTORE_ID_TOKEN: makeToken() } });
    const second = await bench.run(args, { env: { SIGSTORE_ID_TOKEN: makeToken() } });

    expect(first).toMatchObject({ status: 0, stderr: '' });
    const { signature } = JSON.parse(first.stdout);
    expect(validateReleased(JSON.parse(first.stdout))).toBe(true);
    expect(signature).toMatchObject({ isNew: true, by: { kind: 'keyless', identity: workflowClaims['sub'] } });
    expect(JSON.parse(second.stdout)).toMatchObject({ tagging: 'unchanged', signature: { digest: signature.digest, isNew: false } });
    const identity = ['--certificate-identity', String(workflowClaims['sub']), '--certificate-oidc-issuer', String(workflowClaims['iss'])];
    const verified = await bench.run(['verify', `oci:released:${bench.tag}`, '--image', bench.image, '--name', 'app', ...identity, ...rootOf(sigstore)]);
    expect(verified).toMatchObject({ status: 0 });
  });

  test('takes everything from capsule.yaml', async () => {
    const sigstore = await startPrivateSigstore();
    keyless(sigstore);
    const sign = 'sign: { keyless: true, signingConfig: ../signing_config.json, trustedRoot: ../trusted_root.json }';
    bench.write('configured/capsule.yaml', `apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: { from: k8s }\n${sign}\n`);

    const result = await bench.run(['release', ...bench.packOptions, '--to', 'oci:from-config', '--config', 'configured/capsule.yaml'], { env: { SIGSTORE_ID_TOKEN: makeToken() } });

    expect(result).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining(`signed by   ${String(workflowClaims['sub'])}`) });
  });
});

describe('capsule sign refuses', () => {
  const url = 'http://127.0.0.1:1';

  test.each([
    ['a key and an identity at once', ['--key', 'signing.key', '--keyless'], 'does not go with --keyless'],
    ['neither', [], '--key is missing'],
    ['a token beside a key', ['--key', 'signing.key', '--identity-token', 't'], 'does not go with --key'],
    ['a certificate authority beside a key', ['--key', 'signing.key', '--fulcio-url', url], 'does not go with --key'],
    ['an identity without a certificate authority', ['--keyless', '--rekor-url', url], 'no certificate authority'],
    ['an identity of which nobody states the time', ['--keyless', '--fulcio-url', url, '--rekor-url', url, '--rekor-version', '2'], 'no service that states the time'],
    ['an unknown version of Rekor', ['--key', 'signing.key', '--rekor-url', url, '--rekor-version', '3'], '--rekor-version is "3"'],
    ['services without TLS', ['--key', 'signing.key', '--rekor-url', 'http://rekor.example'], '"http://rekor.example" is not an https:// address'],
    ['a configuration beside an address', ['--key', 'signing.key', '--rekor-url', url, '--signing-config', 'x'], 'together with the address'],
  ])('%s', async (_what, flags, message) => {
    const result = await bench.run(['sign', reference(), ...flags]);

    expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[OPTION_INVALID\]\nhint: /) });
    expect(result.stderr).toContain(message);
  });

  test('an identity without services, where the public instance cannot be asked for its own', async () => {
    const result = await bench.run(['sign', reference(), '--keyless'], { env: { TUF_MIRROR: url, SIGSTORE_ID_TOKEN: makeToken() } });

    expect(result).toMatchObject({ status: 3, stderr: expect.stringContaining('[TRUST_UNAVAILABLE]') });
  });

  test('an identity without a trusted root: nothing could check the signature before it is published', async () => {
    const result = await bench.run(['sign', reference(), '--keyless', '--fulcio-url', url, '--rekor-url', url]);

    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('nothing to check its signature against') });
  });

  test('an identity that is not there, with what to do', async () => {
    const sigstore = await startPrivateSigstore();
    const args = ['sign', reference(), ...keyless(sigstore)];

    const result = await bench.run(args, { env: { GITHUB_ACTIONS: 'true' } });

    expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[IDENTITY_UNAVAILABLE\]\nhint: .*id-token: write/) });
  });
});

describe('a key', () => {
  test('comes from a variable', async () => {
    const result = await bench.run(['sign', reference(), '--key', 'env://RELEASE_KEY'], { env: { RELEASE_KEY: bench.read('signing.key') } });

    expect(result).toMatchObject({ status: 0 });
  });

  test.each([
    ['env://MISSING', 'the key is env://MISSING, and MISSING is not set'],
    ['env://', 'no name of a variable follows'],
    ['env://a=b', 'no name of a variable follows'],
  ])('is missed where %s is not set', async (key, says) => {
    expect(await bench.run(['sign', reference(), '--key', key])).toMatchObject({ status: 2, stderr: expect.stringContaining(says) });
  });

  test('comes from standard input; its password then only from COSIGN_PASSWORD', async () => {
    await bench.run(['keygen', '--output', 'sealed'], { env: { COSIGN_PASSWORD: 'secret' } });
    const args = ['sign', reference(), '--key', '-'];

    const plain = await bench.run(args, { input: bench.read('signing.key') });
    const sealed = await bench.run(args, { input: bench.read('sealed/cosign.key'), env: { COSIGN_PASSWORD: 'secret' } });
    const asked = await bench.run(args, { input: bench.read('sealed/cosign.key') });

    expect([plain.status, sealed.status]).toEqual([0, 0]);
    expect(asked).toMatchObject({ status: 2, stderr: expect.stringContaining('its password cannot be asked for') });
  });

  test('is logged and timestamped by the services of a signing configuration', async () => {
    const sigstore = await startPrivateSigstore();
    bench.write('signing_config.json', sigstore.signingConfig());

    const { stdout } = await bench.run(['sign', reference(), '--key', 'signing.key', '--signing-config', 'signing_config.json', '--json']);

    const { signature } = JSON.parse(stdout);
    expect(signature).toMatchObject({ by: { kind: 'key' }, logged: [{ logIndex: '5' }], timestamps: [expect.any(String)] });
    verifyBundle(await bundleOf(signature.digest), sigstore.trustedRoot, { publicKeyPem: bench.read('signing.pub'), timestamps: 1 });
    expect(sigstore.asked.map(({ path }) => path)).not.toContain(paths.fulcio);
  });
});

/** Writes what keyless signing needs, and returns the options that name it. */
function keyless(sigstore: PrivateSigstore): readonly string[] {
  bench.write('signing_config.json', sigstore.signingConfig());
  return ['--keyless', '--signing-config', 'signing_config.json', ...rootOf(sigstore)];
}

function signingConfig(sigstore: PrivateSigstore, path: string): readonly string[] {
  const only = path === paths.timestamps ? { rekor: 'none', timestamps: true } as const : { rekor: 1, timestamps: false } as const;
  bench.write('signing_config.json', sigstore.signingConfig(only));
  return ['--signing-config', 'signing_config.json', ...rootOf(sigstore)];
}

function isHashed({ body }: Answer): boolean {
  const [entry] = Object.values<{ readonly body: string }>(JSON.parse(Buffer.from(body).toString('utf8')));
  return JSON.parse(Buffer.from(entry?.body ?? '', 'base64').toString('utf8')).kind === 'hashedrekord';
}

/** The answer of one log with the promise of another. */
function withPromiseOf(answer: Answer, other: Answer): Answer {
  const [ours, theirs] = [answer, other].map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')));
  const [[uuid, entry] = []] = Object.entries<Entry>(ours);
  const [{ verification } = { verification: {} }] = Object.values<Entry>(theirs);
  const changed = { ...entry?.verification, ...pickPromise(verification) };
  return { ...answer, body: JSON.stringify({ [uuid ?? '']: { ...entry, verification: changed } }) };
}

function pickPromise({ signedEntryTimestamp }: Entry['verification']): Entry['verification'] {
  return signedEntryTimestamp === undefined ? {} : { signedEntryTimestamp };
}

interface Entry {
  readonly verification: { readonly signedEntryTimestamp?: string };
}

function rootOf(sigstore: PrivateSigstore): readonly string[] {
  bench.write('trusted_root.json', sigstore.trustedRoot);
  return ['--trusted-root', 'trusted_root.json'];
}

/** Takes one part of a trusted root from another. */
function swap(root: string, part: string, other: string): string {
  return JSON.stringify({ ...JSON.parse(root), [part]: JSON.parse(other)[part] });
}

async function bundleOf(digest: string): Promise<Uint8Array> {
  const store = await openLayout(bench.path('capsules'), { create: false });
  const manifest = parseManifest(await readAll(store, await store.resolve(digest), { maxBytes: 1_000_000 }));
  const [layer] = manifest.layers;
  if (layer === undefined) throw new Error('a signature without a layer');
  return readAll(store, layer, { maxBytes: 1_000_000 });
}
