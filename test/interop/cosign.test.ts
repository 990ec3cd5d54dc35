import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maxMetadataBytes, openRegistry, parseManifest, readAll, type RegistryStore } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cosign } from './support/cosign.ts';
import { openRegistryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { failedCodes, parseReleased } from './support/released.ts';
import { Workbench } from './support/workbench.ts';

/** A signature as it lies in a registry. */
interface Attached {
  readonly manifest: string;
  readonly bundle: string;
  readonly statement: string;
}

const ours = { key: 'keys/cosign.key', pub: 'keys/cosign.pub' };
const theirs = { key: 'theirs.key', pub: 'theirs.pub' };

describe.each(openRegistryKinds)('cosign, with $name', (kind) => {
  let workbench: Workbench;
  let registry: TestRegistry;
  let cosign: Cosign;

  beforeAll(async () => {
    workbench = await Workbench.open();
    cosign = new Cosign(workbench);
    await cosign.generateKeyPair('theirs');
    registry = await kind.start();
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    workbench[Symbol.dispose]();
  });

  /** Packs the example, unsigned, into a repository of its own; returns its reference by digest. */
  async function pack(repository: string): Promise<string> {
    const place = `${registry.host}/${repository}`;
    const packed = await workbench.succeed(['pack', ...workbench.packArguments(place)]);
    return `${place}@${parseReleased(packed).digest}`;
  }

  async function expectRefused(reference: string, key: string, code: string): Promise<void> {
    const { status, stdout } = await workbench.capsule(workbench.verifyArguments(reference, key));
    expect({ status, codes: failedCodes(stdout) }).toEqual({ status: 1, codes: [code] });
  }

  async function readAttached(reference: string): Promise<readonly Attached[]> {
    const [repository = '', digest = ''] = reference.slice(registry.host.length + 1).split('@');
    const store = openRegistry({ registry: registry.host, repository });
    const attached: Attached[] = [];
    for await (const referrer of store.referrers(await store.resolve(digest))) {
      const manifest = await read(store, referrer);
      const [layer] = parseManifest(Buffer.from(manifest)).layers;
      if (layer === undefined) throw new Error('a signature without a layer');
      const bundle = await read(store, layer);
      const { payload } = (JSON.parse(bundle) as { dsseEnvelope: { payload: string } }).dsseEnvelope;
      attached.push({ manifest, bundle, statement: Buffer.from(payload, 'base64').toString() });
    }
    return attached;
  }

  test('verifies what we release, by tag and by digest', async () => {
    const place = `${registry.host}/released`;
    const { tag, digest } = parseReleased(await workbench.succeed(workbench.releaseArguments(place)));
    for (const reference of [`${place}:${tag}`, `${place}@${digest}`]) {
      const { status, stdout, stderr } = await cosign.verify(reference, ours.pub);
      expect(status, stderr).toBe(0);
      // cosign lists the attestations too: it does not look at the predicate.
      const entry = { critical: { image: { 'docker-manifest-digest': digest } } };
      expect(JSON.parse(stdout)).toMatchObject([entry, entry, entry]);
    }
  });

  test('verifies the .sig tag that we add, by each of two keys that have signed', async () => {
    const reference = await pack('legacy');
    await workbench.succeed(['sign', reference, '--key', ours.key, '--legacy-signature']);
    await workbench.succeed(['sign', reference, '--key', theirs.key, '--legacy-signature']);
    for (const key of [ours.pub, theirs.pub]) {
      const { status, stdout, stderr } = await cosign.verifyLegacy(reference, key);
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([{ critical: { type: 'cosign container image signature' } }]);
    }
  });

  test('does not verify what another key of ours has signed', async () => {
    const reference = await pack('other-key');
    await workbench.succeed(['sign', reference, '--key', ours.key]);
    expect((await cosign.verify(reference, theirs.pub)).status).not.toBe(0);
  });

  test('signs, and we accept it; with the wrong public key we say whose fault it is', async () => {
    const reference = await pack('signed-by-cosign');
    await cosign.sign(reference, theirs.key);
    await workbench.succeed(workbench.verifyArguments(reference, theirs.pub));
    await expectRefused(reference, ours.pub, 'SIGNATURE_UNTRUSTED');
  });

  test('makes key pairs that we sign with', async () => {
    const reference = await pack('their-key');
    await workbench.succeed(['sign', reference, '--key', theirs.key]);
    expect(await cosign.verify(reference, theirs.pub)).toMatchObject({ status: 0 });
  });

  test('signs with key pairs that we make', async () => {
    const reference = await pack('our-key');
    await cosign.sign(reference, ours.key);
    await workbench.succeed(workbench.verifyArguments(reference, ours.pub));
    expect(await cosign.verify(reference, ours.pub)).toMatchObject({ status: 0 });
  });

  test('attests, and that is no signature to us, though it is one to cosign', async () => {
    const reference = await pack('attested');
    await expectRefused(reference, ours.pub, 'SIGNATURE_MISSING');
    await cosign.attest(reference, ours.key);
    await expectRefused(reference, ours.pub, 'SIGNATURE_NOT_A_SIGNATURE');
    expect(await cosign.verify(reference, ours.pub)).toMatchObject({ status: 0 });
    await workbench.succeed(['sign', reference, '--key', ours.key]);
    await workbench.succeed(workbench.verifyArguments(reference, ours.pub));
  });

  test.each([
    ['slsaprovenance1', 'https://slsa.dev/provenance/v1'],
    ['spdxjson', 'https://spdx.dev/Document'],
  ])('verifies what we attest of a release: %s', async (type, predicateType) => {
    const place = `${registry.host}/attested-by-us`;
    const { digest } = parseReleased(await workbench.succeed(workbench.releaseArguments(place)));

    const { status, stdout, stderr } = await cosign.verifyAttestation(`${place}@${digest}`, { key: ours.pub, type });
    const other = await cosign.verifyAttestation(`${place}@${digest}`, { key: theirs.pub, type });

    expect(status, stderr).toBe(0);
    const statement = JSON.parse(Buffer.from(JSON.parse(stdout.split('\n')[0] ?? '').payload, 'base64').toString());
    expect(statement).toMatchObject({ predicateType, subject: [{ digest: { sha256: digest.slice(7) } }] });
    expect(other.status).not.toBe(0);
  });

  test('verifies the summary that a stage has signed, and it is no signature to us', async () => {
    const reference = await pack('summarised');
    await workbench.succeed(['sign', reference, '--key', ours.key]);
    const verified = workbench.verifyArguments(reference, ours.pub);
    await workbench.succeed([...verified, '--summary', '--stage', 'test', '--summary-key', theirs.key]);

    const type = 'https://slsa.dev/verification_summary/v1';
    expect(await cosign.verifyAttestation(reference, { key: theirs.pub, type })).toMatchObject({ status: 0 });
    await expectRefused(reference, theirs.pub, 'SIGNATURE_UNTRUSTED');
  });

  test('and we each add to what the other has attached: nothing is lost', async () => {
    const reference = await pack('together');
    await workbench.succeed(['sign', reference, '--key', ours.key]);
    await cosign.sign(reference, theirs.key);
    await cosign.attest(reference, theirs.key);
    await workbench.succeed(['sign', reference, '--key', ours.key]);
    expect(await readAttached(reference)).toHaveLength(4);
    for (const key of [ours.pub, theirs.pub]) {
      expect(await cosign.verify(reference, key)).toMatchObject({ status: 0 });
      await workbench.succeed(workbench.verifyArguments(reference, key));
    }
  });

  test('writes what we write: manifest, bundle and statement differ in blanks, signature and time alone', async () => {
    const [first, second] = [await pack('bytes/ours'), await pack('bytes/theirs')];
    await workbench.succeed(['sign', first, '--key', ours.key]);
    await cosign.sign(second, ours.key);
    const [[signed], [cosigned]] = [await readAttached(first), await readAttached(second)];
    expect(withoutBlanks(signed?.statement)).toBe(withoutBlanks(cosigned?.statement));
    expect(withoutSignature(signed?.bundle)).toBe(withoutSignature(cosigned?.bundle));
    expect(withoutContent(signed?.manifest)).toBe(withoutContent(cosigned?.manifest));
  });
});

test('neither cosign nor we show the private key that either has written', async () => {
  using workbench = await Workbench.open();
  await new Cosign(workbench).generateKeyPair('theirs');
  for (const path of ['theirs.key', 'keys/cosign.key']) {
    const text = readFileSync(join(workbench.path, path), 'utf8');
    expect(text).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/);
    const body = JSON.parse(Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64').toString());
    expect(body).toMatchObject({ kdf: { name: 'scrypt' }, cipher: { name: 'nacl/secretbox' } });
  }
});

async function read(store: RegistryStore, target: Parameters<RegistryStore['fetch']>[0]): Promise<string> {
  return Buffer.from(await readAll(store, target, { maxBytes: maxMetadataBytes })).toString();
}

/** Go's protojson puts a blank after each comma, or does not: it chooses by the binary. */
function withoutBlanks(json = ''): string {
  return json.replaceAll(', "', ',"');
}

function withoutSignature(bundle: string | undefined): string {
  return withoutBlanks(bundle).replace(/"(sig|payload)":"[^"]+"/g, '"$1":""');
}

/** The bundle's digest and size, and the time of signing. */
function withoutContent(manifest = ''): string {
  return manifest
    .replace(/("layers":\[\{"mediaType":"[^"]+","size":)\d+(,"digest":")[^"]+/, '$1$2')
    .replace(/("org.opencontainers.image.created":")[^"]+/, '$1');
}
