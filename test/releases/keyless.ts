import { openLayout } from '@release-capsule/oci';
import { attachBundle } from '@release-capsule/packer';
import { PrivateInstance, type TestIdentity } from '../../packages/verifier/src/signature/testing/private-instance.ts';
import { encode, statement } from '../../packages/verifier/src/signature/testing/signing.ts';

/** Who signs the releases of these tests without a key of their own. */
export const releaseIdentity: TestIdentity = {
  identity: 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
};

/** The flags that trust it. */
export const identityOptions: readonly string[] = [
  '--certificate-identity',
  releaseIdentity.identity,
  '--certificate-oidc-issuer',
  releaseIdentity.issuer,
];

/** Signs a capsule that lies in a layout as an identity of a private Sigstore, and returns the JSON of its trusted root. */
export async function signKeyless(layout: string, tag: string, as: TestIdentity = releaseIdentity): Promise<string> {
  const instance = await PrivateInstance.start();
  const store = await openLayout(layout, { create: false });
  const subject = await store.resolve(tag);
  const bundle = await instance.sign(statement(subject.digest), as);
  const predicateType = 'https://sigstore.dev/cosign/sign/v1';
  await attachBundle(store, encode(bundle), { subject, predicateType, created: new Date() });
  return JSON.stringify(instance.root());
}
