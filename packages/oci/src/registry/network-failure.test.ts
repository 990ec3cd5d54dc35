import { describe, expect, it } from 'vitest';
import { OciError } from '../errors.ts';
import { isPassingFailure, networkFailure, stalled } from './network-failure.ts';
import { openRegistry } from './registry-store.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FakeRegistry } from './testing/fake-registry.ts';

function fetchFailure(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('inner'), { code }) });
}

describe('isPassingFailure', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'ETIMEDOUT'])('hopes after %s', (code) => {
    expect(isPassingFailure(networkFailure('GET x', fetchFailure(code)))).toBe(true);
  });

  it.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'does not hope after %s',
    (code) => {
      expect(isPassingFailure(networkFailure('GET x', fetchFailure(code)))).toBe(false);
    },
  );

  it('hopes after a stall, and not after other errors', () => {
    const others = [new OciError('DIGEST_MISMATCH', 'x'), new Error('x'), undefined];

    expect(isPassingFailure(stalled('GET x'))).toBe(true);
    expect(others.some(isPassingFailure)).toBe(false);
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
