import { expect, test } from 'vitest';
import { PrivateInstance } from '../testing/private-instance.ts';
import { describeCertificate } from './describe-evidence.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const identity = 'https://github.com/example/shared/.github/workflows/release.yml@refs/heads/main';

test('a certificate says which repository has called a shared workflow, where it is a run of GitHub', async () => {
  const instance = await PrivateInstance.start();

  const [called, plain] = [await instance.issue({ identity, issuer, extensions: { 5: 'example/app' } }), await instance.issue({ identity, issuer })];

  expect(describeCertificate(called.der)).toEqual({ kind: 'certificate', identity, issuer, repository: 'example/app' });
  expect(describeCertificate(plain.der)).toEqual({ kind: 'certificate', identity, issuer });
});
