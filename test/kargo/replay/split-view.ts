import { createServer, request as sendRequest } from 'node:http';
import { pipeline } from 'node:stream';
import { FakeRegistry } from '../../../packages/oci/src/registry/testing/fake-registry.ts';
import { userAgent } from '../interpreter/registry-client.ts';
import type { OtherRegistry } from './capsule-shelf.ts';

/** A registry at one address that shows Kargo something else than everybody else. */
export interface SplitView extends OtherRegistry {
  /** What Kargo is shown. */
  readonly kargo: FakeRegistry;
}

/** Starts one; whatever is pushed goes where everybody but Kargo looks. */
export async function startSplitView(): Promise<SplitView> {
  const [kargo, others] = [await FakeRegistry.start(), await FakeRegistry.start()];
  const proxy = createServer((incoming, outgoing) => {
    const [hostname, port] = (incoming.headers['user-agent'] === userAgent ? kargo : others).host.split(':');
    const { method, url: path, headers } = incoming;
    const upstream = sendRequest({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, outgoing, () => undefined);
    });
    upstream.on('error', () => outgoing.destroy());
    pipeline(incoming, upstream, () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    kargo,
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      await new Promise((resolve) => void proxy.close(resolve));
      await Promise.all([kargo.stop(), others.stop()]);
    },
  };
}
