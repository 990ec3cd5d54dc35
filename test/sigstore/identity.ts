/** The claims of a release workflow's token, as GitHub Actions writes them. */
export const workflowClaims: Readonly<Record<string, unknown>> = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main',
  aud: 'sigstore',
  repository: 'example/app',
};

/** Writes an identity token that nobody has signed: the services of these tests look at its claims alone. */
export function makeToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const parts = [{ alg: 'none', typ: 'JWT' }, { ...workflowClaims, exp, ...claims }];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2lnbmF0dXJl'].join('.');
}
