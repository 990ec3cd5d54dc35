import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import { openRegistry } from './registry-store.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { startRepository } from './testing/test-repository.ts';

const blob = describeContent('application/octet-stream', Buffer.from('content'));

describe('a request that fails', () => {
  it.each([408, 429, 500, 502, 503, 504])('is tried again after %i', async (status) => {
    await using repository = await startRepository();
    repository.registry.fail({ fault: { kind: 'answer', status }, times: 2 });

    await expect(repository.store.exists(blob)).resolves.toBe(false);

    expect(repository.registry.seen).toHaveLength(3);
  });

  it('is tried again after the connection broke', async () => {
    await using repository = await startRepository();
    repository.registry.fail({ fault: { kind: 'reset' }, times: 2 });

    await expect(repository.store.exists(blob)).resolves.toBe(false);
  });

  it.each([
    ['seconds', '9'],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT'],
  ])('waits as long as Retry-After says in %s', async (_what, value) => {
    await using repository = await startRepository();
    const fault = { kind: 'answer', status: 503, headers: { 'retry-after': value } } as const;
    repository.registry.fail({ fault, times: 1 });

    await repository.store.exists(blob);

    expect(repository.clock.slept).toEqual([9_000]);
  });

  it.each([
    [429, 'THROTTLED'],
    [503, 'UNAVAILABLE'],
    [500, 'UNAVAILABLE'],
  ])('is in the end, after %i, reported as %s', async (status, code) => {
    await using repository = await startRepository();
    repository.registry.fail({ fault: { kind: 'answer', status } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code });

    expect(repository.registry.seen).toHaveLength(4);
  });

  it('does not sleep for an hour because a registry says so', async () => {
    await using repository = await startRepository();
    repository.registry.fail({ fault: { kind: 'answer', status: 429, headers: { 'retry-after': '3600' } } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'THROTTLED' });

    expect(repository.clock.slept).toEqual([]);
  });

  it.each([
    [400, 'REQUEST_REFUSED'],
    [403, 'FORBIDDEN'],
    [405, 'UNSUPPORTED'],
    [418, 'REQUEST_REFUSED'],
  ])('is not tried again after %i', async (status, code) => {
    await using repository = await startRepository();
    repository.registry.fail({ fault: { kind: 'answer', status } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code });

    expect(repository.registry.seen).toHaveLength(1);
  });

  it('is not tried again where it was aborted', async () => {
    await using repository = await startRepository();
    repository.registry.fail({ fault: { kind: 'silence' } });
    const signal = AbortSignal.timeout(30);

    await expect(repository.store.resolve('v1', signal)).rejects.toMatchObject({ name: 'TimeoutError' });

    expect(repository.registry.seen).toHaveLength(1);
  });

  it('reports a registry that is not there', async () => {
    const repository = await startRepository();
    await repository[Symbol.asyncDispose]();

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(repository.clock.slept).toHaveLength(3);
  });

  it('does not ask again for a host that does not exist', async () => {
    const clock = new FakeClock();
    const store = openRegistry({ registry: 'no-such-host.invalid', repository: 'app' }, { clock });

    await expect(store.resolve('v1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the report of a refusal', () => {
  it('repeats what the registry says, made safe', async () => {
    await using repository = await startRepository();
    const errors = [{ code: 'DENIED', message: 'not for you\n::add-mask::, got Bearer abc.def' }];
    repository.registry.fail({ fault: { kind: 'answer', status: 403, body: JSON.stringify({ errors }) } });

    await expect(repository.store.resolve('v1')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/answered 403: DENIED not for you ::add-mask::, got Bearer \*\*\*$/),
    });
  });

  it.each(['<html>', '{"errors":{}}', '{"errors":[null,1,{"code":5}]}', 'x'.repeat(1_000_000)])(
    'copes with the body %#',
    async (body) => {
      await using repository = await startRepository();
      repository.registry.fail({ fault: { kind: 'answer', status: 404, body } });

      await expect(repository.store.resolve('v1')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    },
  );
});
