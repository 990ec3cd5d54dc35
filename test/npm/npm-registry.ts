import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A package as `npm pack` makes it, and what its package.json says. */
export interface PackedPackage {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
}

/**
 * A registry of packages on loopback, for the real npm to ask.
 * Source: npm/registry docs/responses/package-metadata.md.
 */
export class NpmRegistry implements AsyncDisposable {
  readonly address: string;
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #packages = new Map<string, PackedPackage>();
  readonly #served = new Map<string, Buffer>();

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const path = decodeURIComponent(request.url ?? '').replace(/\?.*/, '');
      this.asked.push(path);
      const [, name = '', isTarball] = /^\/((?:@[^/]+\/)?[^/]+)(\/-\/.*)?$/.exec(path) ?? [];
      const found = this.#packages.get(name);
      const json = { 'content-type': 'application/json' };
      if (found === undefined) response.writeHead(404, json).end('{"error":"Not found"}');
      else if (isTarball === undefined) response.writeHead(200, json).end(JSON.stringify(this.#describe(found)));
      else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(this.#served.get(name) ?? found.tarball);
    });
  }

  static async start(): Promise<NpmRegistry> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new NpmRegistry(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  publish(packed: PackedPackage): void {
    this.#packages.set(packed.manifest.name, packed);
  }

  /** Serves other bytes under the name of a package; what is said of it stays as it was. */
  tamper(name: string, tarball: Buffer): void {
    this.#served.set(name, tarball);
  }

  /** Forgets every package. */
  clear(): void {
    this.#packages.clear();
    this.#served.clear();
    this.asked.length = 0;
  }

  #describe({ manifest, tarball }: PackedPackage): object {
    const { name, version } = manifest;
    const dist = {
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
      tarball: `${this.address}/${name}/-/${name}-${version}.tgz`,
    };
    return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }
}
