import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sendAnswer } from './fake-answer.ts';
import { basicHeader, FakeTokenService, type FakeAuth } from './fake-auth.ts';
import { FakeRepository } from './fake-content.ts';
import { answerWithFault, Faults, type Fault, type FaultRule } from './fake-faults.ts';
import {
  endUpload,
  listReferrers,
  openUpload,
  refuse,
  serveBlob,
  serveManifest,
  storeManifest,
  type FakeAnswer,
  type FakeBehaviour,
  type FakeRequest,
} from './fake-handlers.ts';

/** A request that a fake registry saw. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** How a fake registry is set up. */
export interface FakeRegistryOptions extends Partial<FakeBehaviour> {
  readonly auth?: FakeAuth;
  /** Called before a manifest is written: where another writer gets in between. */
  readonly beforeManifestWrite?: (registry: FakeRegistry, reference: string) => void;
}

const specifiedBehaviour: FakeBehaviour = {
  referrers: 'api',
  referrersPageSize: 100,
  subjectHeader: true,
  listConfigTypes: false,
  conditionalWrites: false,
  immutableTags: false,
  uploadBase: '',
  uploadQuery: '',
};

/**
 * An OCI registry on 127.0.0.1 that keeps to the specification, and breaks it where a test says so.
 * Source: OCI distribution-spec v1.1.1. Not part of the package's surface.
 */
export class FakeRegistry {
  /** `127.0.0.1:port`. */
  host = '';
  /** All requests, those included whose body never came whole. */
  readonly seen: SeenRequest[] = [];
  /** The requests that came whole and were served. */
  readonly received: SeenRequest[] = [];
  readonly tokens: FakeTokenService = new FakeTokenService();
  readonly #repositories = new Map<string, FakeRepository>();
  readonly #faults = new Faults();
  readonly #behaviour: FakeBehaviour;
  readonly #options: FakeRegistryOptions;
  readonly #server: Server;
  #uploads = 0;

  private constructor(options: FakeRegistryOptions) {
    this.#behaviour = { ...specifiedBehaviour, ...options };
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Starts a registry on a free port. */
  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    const address = registry.#server.address();
    registry.host = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
    return registry;
  }

  /** Stops it, open connections included. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Finds a repository; it comes into being when it is first named. */
  repository(name: string): FakeRepository {
    const repository = this.#repositories.get(name) ?? new FakeRepository();
    this.#repositories.set(name, repository);
    return repository;
  }

  /** Makes matching requests go wrong. */
  fail(rule: FaultRule): void {
    this.#faults.add(rule);
  }

  /** Lists what was asked, as `METHOD path`, the query left out. */
  asked(): readonly string[] {
    return this.seen.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    const seen = { method, path, headers: flatten(request.headers) };
    this.seen.push(seen);
    const fault = this.#faults.take(method, path);
    if (answerWithFault(fault, request, response)) return;
    const body = await readBody(request);
    this.received.push(seen);
    const loseWrite = fault?.kind === 'lost write';
    const url = new URL(path, `http://${this.host}`);
    const answer = this.#answer({ method, url, headers: flatten(request.headers, fault), body, loseWrite }, request);
    sendAnswer(response, answer, { fault, withBody: method !== 'HEAD' });
  }

  #answer(request: FakeRequest, raw: IncomingMessage): FakeAnswer {
    const { auth = { kind: 'none' } } = this.#options;
    if (request.url.pathname === '/token' && auth.kind === 'bearer') {
      const form = new URLSearchParams(Buffer.from(request.body).toString());
      const { status, body } = this.tokens.answer(auth, raw, form);
      return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
    }
    const [, name = '', kind = '', last = ''] =
      /^\/v2\/(.+?)\/(manifests|blobs|blobs\/uploads|referrers)\/([^/]*)$/.exec(request.url.pathname) ?? [];
    const challenge = this.#challenge(auth, request, name);
    return challenge ?? this.#route(request, { name, kind, last });
  }

  #route(request: FakeRequest, { name, kind, last }: FakePath): FakeAnswer {
    const writes = request.method === 'PUT' || request.method === 'POST';
    const repository = writes ? this.repository(name) : this.#repositories.get(name);
    if (repository === undefined) return refuse(404, 'NAME_UNKNOWN', `repository unknown: ${name}`);
    const context = { request, behaviour: this.#behaviour };
    switch (`${writes ? request.method : 'GET'} ${kind}`) {
      case 'GET blobs':
        return serveBlob(repository, last, request);
      case 'POST blobs/uploads':
        return openUpload(name, `session-${++this.#uploads}`, this.#behaviour);
      case 'PUT blobs/uploads':
        return endUpload(repository, request, this.#behaviour);
      case 'GET manifests':
        return serveManifest(repository, last, context);
      case 'PUT manifests':
        this.#options.beforeManifestWrite?.(this, last);
        return storeManifest(repository, last, context);
      case 'GET referrers':
        return listReferrers(repository, last, context);
      default:
        return refuse(404, 'UNSUPPORTED', 'no such path');
    }
  }

  #challenge(auth: FakeAuth, { method, headers }: FakeRequest, name: string): FakeAnswer | undefined {
    if (auth.kind === 'none') return undefined;
    if (auth.kind === 'basic') {
      if (headers['authorization'] === basicHeader(auth.username, auth.password)) return undefined;
      return unauthorized('Basic realm="fake"');
    }
    const action = method === 'GET' || method === 'HEAD' ? 'pull' : 'push';
    if (this.tokens.allows(headers['authorization'], name, action)) return undefined;
    const realm = auth.realm ?? `http://${this.host}/token`;
    const scope = `repository:${name}:${action === 'push' ? 'pull,push' : 'pull'}`;
    return unauthorized(`Bearer realm="${realm}",service="fake",scope="${scope}"`);
  }
}

interface FakePath {
  readonly name: string;
  readonly kind: string;
  readonly last: string;
}

function unauthorized(challenge: string): FakeAnswer {
  const answer = refuse(401, 'UNAUTHORIZED', 'authentication required');
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}

function flatten(headers: IncomingMessage['headers'], fault?: Fault): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(headers).filter(([name]) => fault?.kind !== 'ignore range' || name !== 'range');
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
