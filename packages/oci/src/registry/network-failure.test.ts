import { describe, expect, it } from 'vitest';
import { OciError } from '../errors.ts';
import { isTransientFailure, networkFailure, stalled } from './network-failure.ts';
import { openRegistry } from './registry-store.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FakeRegistry } from './testing/fake-registry.ts';

function fetchFailure(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('inner'), { code }) });
}

const request = { method: 'GET', url: new URL('https://registry.example/v2/app/manifests/v1') };
const start = 'GET https://registry.example/v2/app/manifests/v1 failed: ';

describe('networkFailure', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused by registry.example:443'],
    ['ENOTFOUND', 'DNS has no address for registry.example'],
    ['EAI_AGAIN', 'DNS did not answer for registry.example'],
    ['ECONNRESET', 'registry.example closed the connection'],
    ['UND_ERR_CONNECT_TIMEOUT', 'registry.example did not take the connection in time'],
    ['EHOSTUNREACH', 'there is no route to registry.example'],
    ['CERT_HAS_EXPIRED', 'the certificate of registry.example has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate of registry.example is for another host'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate of registry.example is not from an authority that is trusted here'],
    ['CERT_REVOKED', 'the TLS connection to registry.example could not be trusted'],
  ])('says in words what %s means, and where', (code, words) => {
    expect(networkFailure(request, fetchFailure(code)).message).toBe(`${start}${words} (${code})`);
  });

  it('names host and code where it has no words, and the port where one is written', () => {
    expect(networkFailure(request, fetchFailure('EPROTO')).message).toBe(`${start}EPROTO at registry.example`);
    const at = { method: 'HEAD', url: new URL('http://user:secret@127.0.0.1:5000/v2/') };
    const { message } = networkFailure(at, fetchFailure('ECONNREFUSED'));
    expect(message).toContain('connection refused by 127.0.0.1:5000 (ECONNREFUSED)');
    expect(message).not.toContain('secret');
    expect(stalled(at).message).toContain('127.0.0.1:5000 took too long to answer');
  });
});

describe('isTransientFailure', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'ETIMEDOUT'])('hopes after %s', (code) => {
    expect(isTransientFailure(networkFailure(request, fetchFailure(code)))).toBe(true);
  });

  it.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'does not hope after %s',
    (code) => {
      expect(isTransientFailure(networkFailure(request, fetchFailure(code)))).toBe(false);
    },
  );

  it('hopes after a stall, and not after other errors', () => {
    const others = [new OciError('DIGEST_MISMATCH', 'x'), new Error('x'), undefined];

    expect(isTransientFailure(stalled(request))).toBe(true);
    expect(others.some(isTransientFailure)).toBe(false);
  });
});

describe('a registry without TLS', () => {
  it('is reported as such, at once, where TLS is spoken to it', async () => {
    const registry = await FakeRegistry.start();
    const clock = new FakeClock();
    const store = openRegistry({ registry: registry.host, repository: 'app' }, { plainHttp: false, clock });

    await expect(store.resolve('v1')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('plain HTTP'),
    });

    expect(clock.slept).toEqual([]);
    await registry.stop();
  });
});
