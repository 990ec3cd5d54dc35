import { readFileSync } from 'node:fs';
import { openRegistry } from '@release-capsule/oci';
import { loadTrustedRoot, parsePolicyText, type TrustedRoot } from '@release-capsule/verifier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// The verifier does not export it: what is under a tag is its own to look up.
import { type LegacyItem, openLegacyTag } from '../../packages/verifier/src/signature/legacy/open-legacy-tag.ts';
import { parseStatement } from '../../packages/verifier/src/signature/statement.ts';
import { verifySigners } from '../../packages/verifier/src/signature/verify-signers.ts';
import { SigstoreBench, type Trust } from './support/sigstore-bench.ts';
import { attestationType } from './support/signature-kinds.ts';

const key: Trust = { by: { key: 'keys/cosign.pub' }, logged: false, timed: false };
const person: Trust = { by: { issuer: 'email' }, logged: false, timed: true };

let bench: SigstoreBench;
let root: TrustedRoot;
beforeAll(async () => {
  bench = await SigstoreBench.open();
  root = await loadTrustedRoot(readFileSync(bench.sigstore.files.trustedRoot), { source: 'file', label: 'trusted_root.json' });
});

afterAll(() => bench[Symbol.asyncDispose]());

describe('what cosign 2 attests under its legacy tag', () => {
  test.each([
    ['by key', key],
    ['by a person, with a timestamp', person],
  ] as const)('%s is read and verified', async (what, trust) => {
    const reference = await bench.pack(`attested/${what.replaceAll(/[^a-z]+/g, '-')}`);
    const { files, urls } = bench.sigstore;
    const services = ['--fulcio-url', urls.fulcio, '--timestamp-server-url', urls.timestampAuthority, '--trusted-root', files.trustedRoot];
    const statement = ['--predicate', 'predicate.json', '--type', attestationType];
    const options = ['--new-bundle-format=false', '--tlog-upload=false', ...statement, ...('key' in trust.by ? [] : services)];
    await bench.sign('cosign2', ['attest', reference, ...options], trust.by);

    const items = await open(reference);

    expect(items).toHaveLength(1);
    const [content] = items.map((item) => item.content);
    if (content?.kind !== 'bundle') throw new Error(JSON.stringify(content));
    expect(parseStatement(content.payload)).toMatchObject({ kind: 'statement', predicateType: attestationType });
    const signed = await verifySigners(content, { signers: await signersOf(trust), root, nowMs: Date.now() });
    expect(signed).toMatchObject({ kind: 'signed', by: [{ signedAt: trust.timed ? [expect.any(Date)] : [] }] });
  });
});

async function open(reference: string): Promise<readonly LegacyItem[]> {
  const [, registry = '', repository = '', digest = ''] = /^([^/]+)\/(.+)@(.+)$/.exec(reference) ?? [];
  const store = openRegistry({ registry, repository });
  const options = { kind: 'attestation', budget: { left: 1_000_000 }, maxLayers: 10 } as const;
  return Array.fromAsync(openLegacyTag(store, await store.resolve(digest), options));
}

/** Reads a signer as a policy names it. */
async function signersOf(trust: Trust): Promise<Parameters<typeof verifySigners>[1]['signers']> {
  const policy = { apiVersion: 'release-capsule/v1', kind: 'Policy', capsule: { name: 'app', signers: [bench.signer(trust)] }, pairing: 'locked' };
  const { capsule } = await parsePolicyText(Buffer.from(JSON.stringify(policy)), {
    directory: bench.workbench.path,
    readFile: async (path) => readFileSync(path),
    readPublicGoodRoot: async () => root,
  });
  return capsule.signers;
}
