import { randomUUID } from 'node:crypto';
import { openRegistry, type RegistryStore } from '@release-capsule/oci';
import type { Policy } from '@release-capsule/verifier';
import { type RunningService, type ServiceOptions, startService } from '@release-capsule/verifier/service';
import { undocumented } from './documented-answer.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { appRepository, policyFor, release, type Release, type ReleaseOptions } from '../releases/release.ts';
import { newKey, now, type TestKey } from '../releases/signing.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';

/** What tests look at in an answer's body. */
export interface AnswerBody {
  readonly ok: boolean;
  readonly reason: string;
  readonly hint?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly capsule?: Readonly<Record<string, string>>;
  readonly image?: object;
  readonly release?: object;
  readonly package?: object;
  readonly verdict?: object;
}

/** An answer of a service. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** A registry with a signed capsule in it, and services that judge it. */
export class ServiceBench implements AsyncDisposable {
  readonly registry: FakeRegistry;
  readonly directory: string = temporaryDirectory();
  readonly key: TestKey;
  readonly capsuleRepository: string;
  readonly store: RegistryStore;
  #app: Release | undefined;
  readonly #services: RunningService[] = [];

  private constructor(registry: FakeRegistry, key: TestKey) {
    this.registry = registry;
    this.key = key;
    this.capsuleRepository = `${registry.host}/example/app-capsule`;
    this.store = openRegistry({ registry: registry.host, repository: 'example/app-capsule' });
  }

  static async start(fake: FakeRegistryOptions = {}, options: ReleaseOptions = {}): Promise<ServiceBench> {
    const bench = new ServiceBench(await FakeRegistry.start(fake), await newKey());
    bench.#app = await bench.release(options);
    return bench;
  }

  /** Packs, pushes, signs and tags a release. */
  release(options: ReleaseOptions = {}): Promise<Release> {
    return release(this.store, this.directory, { key: this.key, ...options });
  }

  get app(): Release {
    if (this.#app === undefined) throw new Error('a bench is started with a release');
    return this.#app;
  }

  /** The capsule's coordinates in the registry of this bench. */
  get capsule(): { readonly repoURL: string; readonly tag: string; readonly digest: string } {
    return { repoURL: this.capsuleRepository, tag: this.app.tag, digest: this.app.descriptor.digest };
  }

  get image(): { readonly repoURL: string; readonly tag: string; readonly digest: string } {
    const { repoURL, tag = '', digest = '' } = this.app.image;
    return { repoURL, tag, digest };
  }

  get policy(): Policy {
    const policy = policyFor(this.key);
    const allow = { ...policy.allow, hosts: [this.registry.host] }; // it listens on this machine
    return { ...policy, allow, capsule: { ...policy.capsule, repository: this.capsuleRepository } };
  }

  /** What promotions that exist send. */
  get promotion() {
    const { record } = this.app;
    return {
      image: this.image,
      capsule: { repoURL: this.capsuleRepository, tag: this.app.tag },
      release: {
        gitCommit: record.gitCommit,
        imageRepo: appRepository,
        imageTag: this.app.tag,
        imageDigest: this.image.digest,
        packageKind: record.package.kind,
        packagePath: record.package.path,
      },
    };
  }

  async serve(options: Partial<ServiceOptions> = {}): Promise<RunningService> {
    const service = await startService(
      {
        policies: [this.policy],
        access: { allowAnonymous: true },
        version: '1.0.0',
        temporaryDirectory: this.directory,
        now,
        newRequestId: randomUUID,
        registry: { retry: { baseDelayMs: 5 } },
        ...options,
      },
      { host: '127.0.0.1', port: 0 },
    );
    this.#services.push(service);
    return service;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop(0)));
    await this.registry.stop();
  }
}

/** Sends a request with a JSON body. */
export function post(
  service: RunningService,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ServiceAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(service, path, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
}

/** Sends a request, and holds whatever is answered to the document that the service publishes of itself. */
export async function ask(service: RunningService, path: string, init: RequestInit = {}): Promise<ServiceAnswer> {
  const response = await fetch(`${service.url}${path}`, init);
  const { status, headers } = response;
  const text = await response.text();
  const body: AnswerBody = headers.get('content-type') === 'application/json' && text !== '' ? JSON.parse(text) : text;
  const offences = undocumented({ method: init.method ?? 'GET', path: path.split('?')[0] ?? '', status, headers, body });
  if (offences.length > 0) throw new Error(offences.join('\n'));
  return { status, headers, body };
}
