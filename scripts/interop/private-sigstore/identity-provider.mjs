import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readBody, startHttpServer } from './http-server.mjs';

const keyId = 'private-sigstore';
const requestToken = 'the token of a job that may ask for its identity';

/**
 * Starts OpenID Connect issuers that give a token to every caller: `/email` for people, `/github` and `/gitlab` for CI jobs.
 * `POST <issuer>/token` takes the claims that shall differ from the default; `GET /github/job-token` is what a GitHub
 * Actions job asks, with its bearer token. Signed as theirs are, with RSA: cosign takes nothing else for a token.
 * Source: OpenID Connect Discovery 1.0, section 4; GitHub's documentation, "OpenID Connect reference".
 */
export async function startIdentityProvider() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' };
  const issue = (issuer, claims) => signToken(privateKey, { iss: `${server.url}/${issuer}`, ...defaults[issuer], ...claims });
  const routes = { 'GET /keys': () => ({ keys: [jwk] }) };
  for (const issuer of Object.keys(defaults)) {
    routes[`GET /${issuer}/.well-known/openid-configuration`] = () => configuration(server.url, issuer);
    routes[`POST /${issuer}/token`] = async (request) => ({ token: issue(issuer, JSON.parse((await readBody(request)) || '{}')) });
  }
  routes['GET /github/job-token'] = ({ headers }, query) => {
    if (headers.authorization?.toLowerCase() !== `bearer ${requestToken}`.toLowerCase()) throw new Error('not the token of a job');
    return { value: issue('github', { aud: query.get('audience') ?? 'https://github.com/example' }) };
  };
  const server = await startHttpServer(routes);
  const job = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/github/job-token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
  return { ...server, email: `${server.url}/email`, github: `${server.url}/github`, gitlab: `${server.url}/gitlab`, job };
}

const defaults = {
  email: { sub: 'releaser@example.com', email: 'releaser@example.com', email_verified: true },
  github: {
    sub: 'repo:example/hello:ref:refs/heads/main',
    repository: 'example/hello',
    repository_id: '1000',
    repository_owner: 'example',
    repository_owner_id: '2000',
    repository_visibility: 'public',
    ref: 'refs/heads/main',
    sha: '0123456789abcdef0123456789abcdef01234567',
    workflow: 'Release',
    workflow_ref: 'example/hello/.github/workflows/release.yaml@refs/heads/main',
    workflow_sha: '0123456789abcdef0123456789abcdef01234567',
    job_workflow_ref: 'example/hello/.github/workflows/release.yaml@refs/heads/main',
    job_workflow_sha: '0123456789abcdef0123456789abcdef01234567',
    event_name: 'push',
    runner_environment: 'github-hosted',
    run_id: '3000',
    run_attempt: '1',
  },
  // Source: docs.gitlab.com, "OpenID Connect (OIDC) authentication using ID tokens", token payload.
  gitlab: {
    sub: 'project_path:example/hello:ref_type:branch:ref:main',
    project_path: 'example/hello',
    project_id: '1000',
    project_visibility: 'public',
    namespace_path: 'example',
    namespace_id: '2000',
    pipeline_source: 'push',
    pipeline_id: '3000',
    job_id: '4000',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    sha: '0123456789abcdef0123456789abcdef01234567',
    ci_config_ref_uri: 'gitlab.example.com/example/hello//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: '0123456789abcdef0123456789abcdef01234567',
    runner_id: 1,
    runner_environment: 'gitlab-hosted',
  },
};

function configuration(url, issuer) {
  return {
    issuer: `${url}/${issuer}`,
    authorization_endpoint: `${url}/${issuer}/auth`,
    token_endpoint: `${url}/${issuer}/token`,
    jwks_uri: `${url}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function signToken(key, claims) {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: 'JWT', alg: 'RS256', kid: keyId };
  const body = { aud: 'sigstore', nbf: now - 10, iat: now, exp: now + 600, jti: randomUUID(), ...claims };
  const text = [header, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
