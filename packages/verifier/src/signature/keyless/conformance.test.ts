import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attestationTypes, preAuthEncoding } from '@release-capsule/schema';
import { type Bundle, bundleFromJSON, ValidationError } from '@sigstore/bundle';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { VerifyError } from '../../errors.ts';
import type { PolicySigner } from '../../policy/policy.ts';
import { keySigner } from '../../policy/read-signers.ts';
import { loadTrustedRoot } from '../../trust/load-trusted-root.ts';
import { parseBundle, type SignedBundle } from '../bundle.ts';
import type { Refusal } from '../refusal.ts';
import { identitySigner } from '../testing/identity.ts';
import { verifySigners } from '../verify-signers.ts';

/**
 * The folder test/assets/bundle-verify of the sigstore-conformance suite, where there is one: it is not ours to copy.
 * Its names say what must come out. What is no signature of a capsule (message signatures, bundles before 0.3) is judged too: its evidence is
 * of the same kind. For each of these the test says why the product's parser does not take it.
 */
const suite = process.env['CAPSULE_SIGSTORE_CONFORMANCE'] ?? 'no suite';
const names = existsSync(suite) ? readdirSync(suite, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])) : [];

const beacon = 'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon';
const identity = `${beacon}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main`;
const issuer = 'https://token.actions.githubusercontent.com';

/** How a case was judged. No case is refused by an error that nobody has foreseen: that would be a crash, which this test reports. */
interface Judgement {
  readonly outcome: 'accepted' | 'refused';
  /** The code, and the reason in words. */
  readonly reason: string;
  /** Why the product's own parser does not take the bundle; absent if it does, and all of the judgement is the product's. */
  readonly unrepresentable?: string;
}

/** What the product does not take of a sound bundle: a capsule's signature is a statement, in the version of today. */
const narrower = /is a message signature, wanted a DSSE envelope|is not a Sigstore bundle v0\.3: its mediaType is "application\/vnd\.dev\.sigstore\.bundle\+json;version=0\.[12]"/;

describe.skipIf(names.length === 0)('the conformance suite of Sigstore', () => {
  test.for(names.length === 0 ? ['each of its cases'] : names)('%s', async (name, { annotate }) => {
    const { outcome, reason, unrepresentable } = await judge(name);

    await annotate(unrepresentable === undefined ? reason : `${reason}; not a capsule's, whose parser says that it ${unrepresentable}`);
    expect({ outcome, reason }).toEqual({ outcome: name.endsWith('_fail') ? 'refused' : 'accepted', reason: expect.stringMatching(/^[A-Z_]+: ./) });
    if (outcome === 'accepted' && unrepresentable !== undefined) expect(unrepresentable).toMatch(narrower);
  });

  test('has cases of each outcome that the product judges alone', async () => {
    const judged = await Promise.all(names.map(judge));
    const own = judged.filter(({ unrepresentable }) => unrepresentable === undefined).map(({ outcome }) => outcome);
    expect(own.filter((outcome) => outcome === 'accepted').length).toBeGreaterThan(1);
    expect(own.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(4);
  });
});

test('a crash of the judge is reported, and is no refusal', () => {
  expect(() => refusalOf(new TypeError('x is not a function'))).toThrow(TypeError);
});

/** Judges by the product's parser; what that cannot represent, by the library's, so that the evidence in it is judged all the same. */
async function judge(name: string): Promise<Judgement> {
  const parsed = parseBundle(read(name, 'bundle.sigstore.json') ?? Buffer.of());
  if (parsed.kind === 'bundle') return verify(name, () => parsed);
  // What is not JSON has no other reading.
  if (!isJson(read(name, 'bundle.sigstore.json'))) return { outcome: 'refused', reason: textOf(parsed) };
  return { ...(await verify(name, () => readBundle(name))), unrepresentable: parsed.message };
}

async function verify(name: string, bundleOf: () => SignedBundle): Promise<Judgement> {
  try {
    const root = await loadTrustedRoot(read(name, 'trusted_root.json') ?? publicGoodRoot(), { source: 'file', label: name });
    const result = await verifySigners(bundleOf(), { signers: [signerOf(name)], root, nowMs: Date.now() });
    if (result.kind === 'refusal') return { outcome: 'refused', reason: textOf(result) };
    return { outcome: 'accepted', reason: `ACCEPTED: ${result.by.length} signer` };
  } catch (error) {
    return refusalOf(error);
  }
}

/** The errors by which the product and the library say that a root, a key or a bundle is not one; any other is thrown on. */
function refusalOf(error: unknown): Judgement {
  if (error instanceof VerifyError) return { outcome: 'refused', reason: `${error.code}: ${error.message}` };
  if (error instanceof ValidationError) return { outcome: 'refused', reason: `NOT_A_BUNDLE: ${error.message}` };
  throw error;
}

function textOf({ code, message }: Refusal): string {
  return `${code}: the signature ${message}`;
}

function isJson(bytes: Buffer | undefined): boolean {
  try {
    JSON.parse(String(bytes));
    return true;
  } catch {
    return false;
  }
}

function readBundle(name: string): SignedBundle {
  const bundle = bundleFromJSON(JSON.parse((read(name, 'bundle.sigstore.json') ?? Buffer.of()).toString()));
  const { content } = bundle;
  const artifact = read(name, 'artifact') ?? readFileSync(join(suite, 'a.txt'));
  const material = materialOf(bundle);
  if (content.$case === 'messageSignature') {
    const { signature } = content.messageSignature;
    return { kind: 'bundle', payload: artifact, signed: artifact, signature, material, bundle };
  }
  const { payload, signatures } = content.dsseEnvelope;
  const signed = preAuthEncoding(attestationTypes.payload, payload);
  return { kind: 'bundle', payload, signed, signature: signatures[0]?.sig ?? Buffer.of(), material, bundle };
}

function materialOf({ verificationMaterial: { content } }: Bundle): SignedBundle['material'] {
  if (content.$case === 'publicKey') return { kind: 'publicKey', hint: content.publicKey.hint };
  const [leaf] = content.$case === 'certificate' ? [content.certificate] : content.x509CertificateChain.certificates;
  return { kind: 'certificate', certificate: leaf?.rawBytes ?? Buffer.of() };
}

function signerOf(name: string): PolicySigner {
  const key = read(name, 'key.pub');
  if (key !== undefined) return { ...keySigner(key.toString(), name), evidence: { logEntries: 1, timestamps: 0, scts: 0 } };
  return identitySigner(read(name, 'identity')?.toString().trim() ?? identity, read(name, 'issuer')?.toString().trim() ?? issuer);
}

function read(name: string, file: string): Buffer | undefined {
  const path = join(suite, name, file);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** As @sigstore/tuf carries it, for a first run without a network. */
function publicGoodRoot(): Buffer {
  return Buffer.from(seeds['https://tuf-repo-cdn.sigstore.dev'].targets['trusted_root.json'], 'base64');
}
