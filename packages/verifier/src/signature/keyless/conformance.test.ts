import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attestationTypes, preAuthEncoding } from '@release-capsule/schema';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import type { PolicySigner } from '../../policy/policy.ts';
import { keySigner } from '../../policy/read-signers.ts';
import { loadTrustedRoot } from '../../trust/load-trusted-root.ts';
import type { SignedBundle } from '../bundle.ts';
import { identitySigner } from '../testing/identity.ts';
import { verifySigners } from '../verify-signers.ts';

/**
 * The folder test/assets/bundle-verify of the sigstore-conformance suite, where there is one: it is not ours to copy.
 * Its names say what must come out. Versions of a bundle before 0.3 are judged too, though no capsule has one.
 */
const suite = process.env['CAPSULE_SIGSTORE_CONFORMANCE'] ?? 'no suite';
const names = existsSync(suite) ? readdirSync(suite, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])) : [];

const beacon = 'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon';
const identity = `${beacon}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main`;
const issuer = 'https://token.actions.githubusercontent.com';

describe.skipIf(names.length === 0)('the conformance suite of Sigstore', () => {
  test.each(names.length === 0 ? ['each of its cases'] : names)('%s', async (name) => {
    expect(await outcome(name)).toBe(name.endsWith('_fail') ? 'refused' : 'accepted');
  });
});

async function outcome(name: string): Promise<'accepted' | 'refused'> {
  try {
    const root = await loadTrustedRoot(read(name, 'trusted_root.json') ?? publicGoodRoot(), { source: 'file', label: name });
    const bundle = readBundle(name);
    const result = await verifySigners(bundle, { signers: [signerOf(name)], root, nowMs: Date.now() });
    return result.kind === 'signed' && result.by.length > 0 ? 'accepted' : 'refused';
  } catch {
    return 'refused'; // not JSON, no bundle, no key
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
