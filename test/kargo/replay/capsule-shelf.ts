import type { ImageNaming } from '@release-capsule/schema';
import { copyGraph, type Descriptor, MemoryStore, openRegistry, type RegistryStore } from '@release-capsule/oci';
import { FakeRegistry } from '../../../packages/oci/src/registry/testing/fake-registry.ts';
import type { FakeRepository } from '../../../packages/oci/src/registry/testing/fake-content.ts';
import type { Files } from '../../releases/git-repository.ts';
import { appDigest, otherDigest, release, type Release, type ReleaseOptions } from '../../releases/release.ts';
import { newKey, type TestKey } from '../../releases/signing.ts';
import { packagePaths } from './packages.ts';

/** What is released. */
export interface ShelfOptions {
  readonly kind: 'kustomize' | 'helm';
  readonly files: Files;
  /** The path of the capsules' repository on the registry. */
  readonly repository: string;
  readonly imageRepository: string;
  /** How the release says that the package names the image. */
  readonly naming: Partial<ImageNaming>;
}

/** A registry on loopback that is not this process's own. */
export interface OtherRegistry extends AsyncDisposable {
  /** `host:port`. */
  readonly host: string;
}

/** A registry with the capsule of one release, and a store with others to put in its place. */
export class CapsuleShelf implements AsyncDisposable {
  readonly options: ShelfOptions;
  readonly host: string;
  readonly key: TestKey;
  readonly stranger: TestKey;
  /** Every capsule that was made, as it was made. */
  readonly made: MemoryStore = new MemoryStore();
  readonly #registry: FakeRegistry | OtherRegistry;
  readonly #directory: string;
  #app: Release | undefined;

  private constructor(options: ShelfOptions, registry: FakeRegistry | OtherRegistry, made: Made) {
    this.options = options;
    this.host = registry.host;
    this.#registry = registry;
    this.#directory = made.directory;
    [this.key, this.stranger] = made.keys;
  }

  /** Releases the application to a registry: to one of this process's own, unless another is given. */
  static async open(directory: string, options: ShelfOptions, registry?: OtherRegistry): Promise<CapsuleShelf> {
    const keys = [await newKey(), await newKey('stranger.pub')] as const;
    const shelf = new CapsuleShelf(options, registry ?? (await FakeRegistry.start()), { directory, keys });
    shelf.#app = await shelf.release();
    await shelf.put(shelf.app.descriptor);
    return shelf;
  }

  /** The release that is promoted. */
  get app(): Release {
    if (this.#app === undefined) throw new Error('the shelf is open');
    return this.#app;
  }

  /** `host/path` of the capsules. */
  get capsuleRepository(): string {
    return `${this.host}/${this.options.repository}`;
  }

  /** What the registry of this process holds. */
  get held(): FakeRepository {
    if (!(this.#registry instanceof FakeRegistry)) throw new Error('nobody looks into a real registry');
    return this.#registry.repository(this.options.repository);
  }

  /** The same repository as a client sees it. */
  get store(): RegistryStore {
    return openRegistry({ registry: this.host, repository: this.options.repository });
  }

  /** Makes a capsule of the same commit, signed by the right key, unless said otherwise. */
  release(changes: ReleaseOptions = {}): Promise<Release> {
    return this.releaseUnsigned({ key: this.key, ...changes });
  }

  /** The same, which nobody has signed. */
  async releaseUnsigned(changes: ReleaseOptions = {}): Promise<Release> {
    const { files, imageRepository, naming, kind } = this.options;
    const image = { repoURL: imageRepository, digest: appDigest, ...naming, ...changes.image };
    const store = new MemoryStore(); // of its own: no release takes another's tag
    const released = await release(store, this.#directory, { files, packagePath: packagePaths[kind], ...changes, image });
    await copyGraph(store, this.made, released.descriptor, { referrers: true });
    return released;
  }

  /** Makes the capsule of another commit. */
  releaseNext(): Promise<Release> {
    const { files, imageRepository } = this.options;
    const image = { repoURL: imageRepository, digest: otherDigest };
    return this.release({ files: { ...files, 'README.md': 'the next commit\n' }, image });
  }

  /** Puts back what was released, and nothing else. */
  async restore(): Promise<void> {
    for (const content of [this.held.blobs, this.held.manifests, this.held.tags]) content.clear();
    await this.put(this.app.descriptor);
  }

  /** Puts a capsule, with whatever is attached to it, under the tag of the release. */
  async put(capsule: Descriptor, { signatures = true }: { readonly signatures?: boolean } = {}): Promise<void> {
    await copyGraph(this.made, this.store, capsule, { referrers: signatures });
    await this.store.tag(capsule, this.app.tag);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#registry instanceof FakeRegistry) await this.#registry.stop();
    else await this.#registry[Symbol.asyncDispose]();
  }
}

interface Made {
  readonly directory: string;
  readonly keys: readonly [right: TestKey, stranger: TestKey];
}
