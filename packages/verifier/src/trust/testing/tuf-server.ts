import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
type Role = 'root' | 'timestamp' | 'snapshot' | 'targets';

/** What one edition of the repository says. */
export interface Edition {
  readonly version: number;
  readonly files: Readonly<Record<string, string>>;
  /** Per role; default: in a day. */
  readonly expires?: Partial<Record<Role, Date>>;
  /** Signs a role with a key that the root does not name. */
  readonly forged?: Role;
}

interface Key {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly json: Json;
}

const dayMs = 86_400_000;

/** A TUF repository on loopback, with real signatures: one key for all roles, consistent snapshots. */
export class TufServer implements AsyncDisposable {
  /** Every path that was asked for. */
  readonly requests: string[] = [];
  /** Answers that replace the repository's own, by path. */
  readonly answers: Map<string, { readonly status: number; readonly body: Buffer }> = new Map();
  readonly address: string;
  readonly #key: Key = newKey();
  readonly #files = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.address = `http://127.0.0.1:${port}`;
  }

  static async start(edition: Edition): Promise<TufServer> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const repository = new TufServer(server, address.port);
    server.on('request', ({ url = '/' }, response) => {
      repository.requests.push(url);
      const answer = repository.answers.get(url) ?? repository.#answer(url);
      response.writeHead(answer.status).end(answer.body);
    });
    repository.publish(edition);
    return repository;
  }

  /** The first root. */
  get root(): Buffer {
    const root = this.#files.get('/1.root.json');
    if (root === undefined) throw new Error('nothing was published');
    return root;
  }

  /** Replaces what the repository says. Roots stay: they are a chain. */
  publish({ version, files, expires = {}, forged }: Edition): void {
    const put = (path: string, role: Role, rest: Record<string, Json>, roleVersion = version): Buffer => {
      const until = expires[role] ?? new Date(Date.now() + dayMs);
      const signed = { _type: role, spec_version: '1.0.31', version: roleVersion, expires: until.toISOString().replace(/\.\d+Z/, 'Z'), ...rest };
      const bytes = this.#signed(signed, forged === role ? newKey() : this.#key);
      this.#files.set(path, bytes);
      return bytes;
    };
    const roles = Object.fromEntries(['root', 'timestamp', 'snapshot', 'targets'].map((role) => [role, { keyids: [this.#key.id], threshold: 1 }]));
    if (!this.#files.has('/1.root.json')) put('/1.root.json', 'root', { consistent_snapshot: true, keys: { [this.#key.id]: this.#key.json }, roles }, 1);
    const targets = put(`/${version}.targets.json`, 'targets', { targets: describeTargets(files) });
    const snapshot = put(`/${version}.snapshot.json`, 'snapshot', { meta: { 'targets.json': describe(targets, version) } });
    put('/timestamp.json', 'timestamp', { meta: { 'snapshot.json': describe(snapshot, version) } });
    for (const [name, text] of Object.entries(files)) this.#files.set(`/targets/${sha256(Buffer.from(text))}.${name}`, Buffer.from(text));
  }

  /** A second root, which replaces the first: by its key, or by one that the first does not name. */
  rotateRoot({ isForged = false, expires = new Date(Date.now() + dayMs) }: { readonly isForged?: boolean; readonly expires?: Date } = {}): void {
    const { signed } = JSON.parse(this.root.toString()) as { readonly signed: Record<string, Json> };
    const next = { ...signed, version: 2, expires: expires.toISOString() };
    this.#files.set('/2.root.json', this.#signed(next, isForged ? newKey() : this.#key));
  }

  /** The path under which a file of the repository lies. */
  pathOf(name: string): string {
    const path = [...this.#files.keys()].find((known) => known.endsWith(`.${name}`));
    if (path === undefined) throw new Error(`the repository has no ${name}`);
    return path;
  }

  /** Ends the server: nobody answers at its address any more. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #answer(path: string): { readonly status: number; readonly body: Buffer } {
    const body = this.#files.get(path);
    return body === undefined ? { status: 404, body: Buffer.alloc(0) } : { status: 200, body };
  }

  #signed(signed: Record<string, Json>, { id, privateKey }: Key): Buffer {
    const sig = sign('sha256', Buffer.from(canonical(signed)), privateKey).toString('hex');
    // Under the id that the root names, whoever has signed.
    const keyid = id === this.#key.id ? id : this.#key.id;
    return Buffer.from(JSON.stringify({ signatures: [{ keyid, sig }], signed }));
  }
}

function newKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const json = { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pem } };
  return { id: sha256(Buffer.from(canonical(json))), privateKey, json };
}

function describe(bytes: Buffer, version: number): Json {
  return { version, length: bytes.byteLength, hashes: { sha256: sha256(bytes) } };
}

function describeTargets(files: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      const bytes = Buffer.from(text);
      return [name, { length: bytes.byteLength, hashes: { sha256: sha256(bytes) } }];
    }),
  );
}

/** Source: OLPC canonical JSON, which TUF signs: sorted keys, no white space, only quote and backslash escaped. */
function canonical(value: Json): string {
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${canonical(key)}:${canonical(item)}`).join(',')}}`;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
