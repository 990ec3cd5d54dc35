import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type Descriptor, digestOf, MemoryStore, OciError, openRegistry, readAll, type RegistryStore } from '@release-capsule/oci';
import { afterEach, describe, expect, it } from 'vitest';
import { startDeadline } from './deadline.ts';

const bytes = Buffer.from('some content');
const target: Descriptor = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.byteLength };
const late = { name: 'OciError', code: 'UNAVAILABLE', message: expect.stringContaining('longer than 0.2 seconds') };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function registry(listener: RequestListener): Promise<RegistryStore> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  server.unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  return openRegistry({ registry: `127.0.0.1:${address.port}`, repository: 'app' });
}

describe('startDeadline', () => {
  it('leaves a store alone without one', () => {
    const store = new MemoryStore();

    expect(startDeadline(undefined)(store)).toBe(store);
  });

  it('passes on what comes in time', async () => {
    const store = new MemoryStore();
    await store.push(target, async function* () { yield bytes; });
    const hurried = startDeadline(60_000)(store);

    expect(Buffer.from(await readAll(hurried, target, { maxBytes: 100 }))).toEqual(bytes);
    expect(await hurried.exists(target)).toBe(true);
    expect(await Array.fromAsync(hurried.referrers(target))).toEqual([]);
    await expect(hurried.resolve('missing')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
  });

  it('gives up on a registry that does not answer, whatever is asked', async () => {
    const store = startDeadline(200)(await registry(() => undefined));

    const answers = await Promise.allSettled([
      store.resolve('v1'),
      store.exists(target),
      store.fetch(target),
      Array.fromAsync(store.referrers(target)),
    ]);

    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: late });
    await expect(store.resolve('v1')).rejects.toBeInstanceOf(OciError);
  });

  it('gives up on content that drips', async () => {
    const store = startDeadline(200)(
      await registry((_request, response) => {
        response.writeHead(200, { 'content-length': bytes.byteLength });
        const drip = setInterval(() => response.write(bytes.subarray(0, 1)), 150);
        response.on('close', () => clearInterval(drip));
      }),
    );

    await expect(readAll(store, target, { maxBytes: 100 })).rejects.toMatchObject(late);
  });

  it('passes an abort of the caller on as it is', async () => {
    const store = startDeadline(60_000)(await registry(() => undefined));

    await expect(store.resolve('v1', AbortSignal.timeout(20))).rejects.not.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
