import { describe, expect, test } from 'vitest';
import type { SignerFacts } from '../signature/signing-facts.ts';
import { newKey } from '../signature/testing/signing.ts';
import { testRoot } from '../trust/testing/test-root.ts';
import { parsePolicyText } from './parse-policy.ts';
import type { Policy } from './policy.ts';
import { suggestPolicy } from './suggest-policy.ts';

const key = newKey().signer;
const workflow = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';

describe('a suggested policy', () => {
  test('names identity and issuer exactly', async () => {
    const policy = await parse({ kind: 'certificate', identity: workflow, issuer: 'https://token.actions.githubusercontent.com' });

    expect(policy.capsule).toMatchObject({
      name: 'app',
      repository: 'ghcr.io/example/app-capsule',
      threshold: 1,
      signers: [{ kind: 'keyless', identity: { kind: 'exact', value: workflow }, issuer: 'https://token.actions.githubusercontent.com' }],
    });
    expect(policy.image?.repository).toBe('ghcr.io/example/app');
  });

  test('names the repository that called a workflow which others call too', async () => {
    const shared = 'https://github.com/example/shared/.github/workflows/release.yml@refs/heads/main';
    const policy = await parse({ kind: 'certificate', identity: shared, issuer: 'https://token.actions.githubusercontent.com', repository: 'example/app' });

    expect(policy.capsule.signers).toMatchObject([{ identity: { value: shared }, github: { repository: 'example/app' } }]);
  });

  test('leaves the path of a key to be filled in, and says which key', async () => {
    const signer = { kind: 'key', fingerprint: key.fingerprint } as const;

    expect((await parse(signer)).capsule.signers).toMatchObject([{ kind: 'key', fingerprint: key.fingerprint, label: 'cosign.pub' }]);
    expect(suggest(signer)).toContain(`cosign.pub # the path of the public key ${key.fingerprint}\n`);
  });

  test('is for a capsule without an image where the record names none', () => {
    const text = suggestPolicy({ name: 'app', signer: { kind: 'key' } });

    expect(text).toContain('pairing: locked');
    expect(text).not.toContain('repository');
  });

  test('cannot be made of a certificate that names nobody', () => {
    expect(suggest({ kind: 'unreadable certificate' })).toBeUndefined();
  });

  test.each([
    ['ends its line', 'x"\n    - key: evil.pub\n#'],
    ['is a comment', '# x'],
    ['ends its line in YAML 1.1', 'x\u2028- key: evil.pub\u0085'],
    ['closes its text', '", evil: "'],
  ])('cannot be written into by an identity that %s', async (_what, identity) => {
    const policy = await parse({ kind: 'certificate', identity, issuer: identity, repository: identity });

    expect(policy.capsule.signers).toMatchObject([{ kind: 'keyless', identity: { value: identity }, issuer: identity, github: { repository: identity } }]);
  });
});

function suggest(signer: SignerFacts): string | undefined {
  return suggestPolicy({ name: 'app', capsuleRepository: 'ghcr.io/example/app-capsule', imageRepository: 'ghcr.io/example/app', signer });
}

function parse(signer: SignerFacts): Promise<Policy> {
  return parsePolicyText(Buffer.from(suggest(signer) ?? ''), {
    directory: '/policies',
    readFile: async () => Buffer.from(key.publicKeyPem),
    readPublicGoodRoot: async () => testRoot(),
  });
}
