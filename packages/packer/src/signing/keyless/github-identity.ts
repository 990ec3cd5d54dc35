import { readJsonObject } from '@release-capsule/oci';
import { PackError } from '../../errors.ts';
import { askService, type ServiceRequest, serviceRefused } from '../service/ask-service.ts';
import { parseServiceUrl } from '../service/service-url.ts';

const service = 'the token service of GitHub Actions';
const audience = 'sigstore'; // what Fulcio wants to be addressed as
const maxAnswerBytes = 64 * 1024; // a token has two thousand
const hint = 'Give the job "permissions: { id-token: write }", and look at what the service says.';

/**
 * Asks GitHub Actions for an identity token; undefined where no job of it that may have one runs.
 * Source: docs.github.com, "OpenID Connect reference", "Methods for requesting the OIDC token".
 * @throws {PackError} `IDENTITY_UNAVAILABLE`, `SERVICE_UNAVAILABLE`. Neither token appears in the error.
 */
export async function requestGitHubToken(
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (address === undefined || address === '' || bearer === undefined || bearer === '') return undefined;
  const url = parseServiceUrl(address);
  if (url === undefined) throw unavailable('ACTIONS_ID_TOKEN_REQUEST_URL is not an https:// address');
  url.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const request: ServiceRequest = { service, method: 'GET', url, headers, maxBytes: maxAnswerBytes, secrets: [bearer], signal };
  const answer = await askService(request);
  if (answer.status >= 400) throw unavailable(serviceRefused(request, answer, hint).message);
  return tokenOf(answer.bytes);
}

function tokenOf(bytes: Uint8Array): string {
  const token = readJsonObject(bytes)?.['value'];
  if (typeof token === 'string') return token;
  throw unavailable(`${service} answered without a token`);
}

function unavailable(message: string): PackError {
  return new PackError('IDENTITY_UNAVAILABLE', message, { hint });
}
