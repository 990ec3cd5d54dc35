import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fulcioHandler, initializeCA, initializeCTLog, initializeTSA } from '@sigstore/mock';
import { onTestFinished } from 'vitest';
import { bufferOf } from '../../packages/verifier/src/trust/testing/root-json.ts';
import { answerRekorV1, answerRekorV2 } from './rekor-answers.ts';
import { makeTestLog } from './test-log.ts';
import { writeTrustedRoot } from './trusted-root.ts';

/** An answer of one of the services. */
export interface Answer {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the services were asked. */
export interface Asked {
  readonly path: string;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

/** A private Sigstore on loopback. It stands in for the real components, which the interop tests use. */
export interface PrivateSigstore {
  readonly url: string;
  /** `trusted_root.json`. */
  readonly trustedRoot: string;
  /** `signing_config.json` with one log of this version, or none, and a timestamp authority, or none. */
  signingConfig(options?: { readonly rekor?: 1 | 2 | 'none'; readonly timestamps?: boolean }): string;
  readonly asked: readonly Asked[];
  /** Makes one service answer otherwise: it is handed the answer that it would have given. */
  distort(path: string, change: (answer: Answer, asked: Asked) => Answer | Promise<Answer>): void;
}

/** The paths of the services. */
export const paths = {
  fulcio: '/api/v2/signingCert',
  rekorV1: '/api/v1/log/entries',
  rekorV2: '/api/v2/log/entries',
  timestamps: '/api/v1/timestamp',
} as const;

type Handler = (body: Buffer) => Promise<Answer>;

/** Starts all services on one port of loopback; they end with the test. */
export async function startPrivateSigstore(): Promise<PrivateSigstore> {
  const asked: Asked[] = [];
  const distortions = new Map<string, (answer: Answer, asked: Asked) => Answer | Promise<Answer>>();
  const handlers = new Map<string, Handler>();
  const server = createServer((request, response) => void serve(request, response));
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const question = { path: request.url ?? '', body: Buffer.concat(await Array.fromAsync(request)), headers: request.headers };
    asked.push(question);
    const plain = (await handlers.get(path)?.(question.body)) ?? { status: 404, body: 'nothing is here' };
    const answer = (await distortions.get(path)?.(plain, question)) ?? plain;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close(), 10_000);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { trustedRoot } = await addServices(handlers, new URL(url).host);
  return {
    url,
    trustedRoot,
    asked,
    signingConfig: ({ rekor = 2, timestamps = true } = {}) => writeSigningConfig(url, { rekor, timestamps }),
    distort: (path, change) => void distortions.set(path, change),
  };
}

async function addServices(handlers: Map<string, Handler>, host: string): Promise<{ readonly trustedRoot: string }> {
  const ctKey = newKey('P-256');
  const ctLog = await initializeCTLog(ctKey);
  const authority = await initializeCA(newKey('P-384'), ctLog);
  // Whole seconds, as Sigstore's own authority states them: the verifier's parser stumbles over other fractions.
  const clock = new Date();
  const tsa = await initializeTSA(newKey('P-256'), clock);
  const logs = { v1: makeTestLog(`one.${host}`), v2: makeTestLog(`two.${host}`) };
  const fulcio = fulcioHandler(authority);
  handlers.set(paths.fulcio, async (body) => {
    const { statusCode, response } = await fulcio.fn(body.toString());
    return { status: statusCode, body: typeof response === 'string' ? response : bufferOf(response) };
  });
  handlers.set(paths.rekorV1, async (body) => ({ status: 201, body: JSON.stringify(answerRekorV1(logs.v1, body.toString())) }));
  handlers.set(paths.rekorV2, async (body) => ({ status: 201, body: JSON.stringify(answerRekorV2(logs.v2, body.toString())) }));
  handlers.set(paths.timestamps, async (body) => {
    clock.setTime(Math.floor(Date.now() / 1000) * 1000);
    const request = { hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', nonce: 1, policyOID: '1.3.6.1.4.1.57264.2', certReq: true };
    return { status: 201, body: bufferOf(await tsa.timestamp({ ...request, artifactHash: imprintOf(body) })) };
  });
  return { trustedRoot: writeTrustedRoot({ authority, ctLog, tsa, logs: Object.values(logs) }) };
}

/** The imprint of a DER timestamp request: the octet string of 32 bytes in it. */
function imprintOf(query: Buffer): Buffer {
  const at = query.indexOf(Buffer.from('0420', 'hex'));
  return query.subarray(at + 2, at + 34);
}

function writeSigningConfig(url: string, { rekor, timestamps }: { readonly rekor: 1 | 2 | 'none'; readonly timestamps: boolean }): string {
  const service = (path: string, majorApiVersion: number): object => {
    return { url: `${url}${path}`, majorApiVersion, validFor: { start: '2025-01-01T00:00:00Z' }, operator: 'test' };
  };
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service('', 1)],
    oidcUrls: [service('/oidc', 1)],
    rekorTlogUrls: rekor === 'none' ? [] : [service('', rekor)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: timestamps ? [service(paths.timestamps, 1)] : [],
    tsaConfig: { selector: 'ANY' },
  });
}

function newKey(namedCurve: string): KeyPairKeyObjectResult {
  return generateKeyPairSync('ec', { namedCurve });
}
