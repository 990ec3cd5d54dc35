import {
  type Descriptor,
  type LayoutStore,
  type ListedReferrer,
  OciError,
  openLayout,
  type ReferrerLister,
  type Store,
} from '@release-capsule/oci';

/**
 * A layout that is made when something is first put into it: what turns out to be no capsule leaves no empty layout
 * behind.
 */
export class LazyLayout implements Store, ReferrerLister {
  readonly #directory: string;
  readonly #signal: AbortSignal;
  #made: Promise<LayoutStore> | undefined;

  constructor(directory: string, signal: AbortSignal) {
    this.#directory = directory;
    this.#signal = signal;
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    return (await this.#existing()).resolve(reference, signal);
  }

  async exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    return this.#made === undefined ? false : (await this.#made).exists(target, signal);
  }

  async fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return (await this.#existing()).fetch(target, signal);
  }

  async *referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer> {
    if (this.#made !== undefined) yield* (await this.#made).referrers(subject, artifactType, signal);
  }

  async push(expected: Descriptor, content: () => AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    return (await this.#make()).push(expected, content, signal);
  }

  async tag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
    return (await this.#make()).tag(target, tag, signal);
  }

  #make(): Promise<LayoutStore> {
    this.#made ??= openLayout(this.#directory, { create: true, signal: this.#signal });
    return this.#made;
  }

  async #existing(): Promise<LayoutStore> {
    if (this.#made !== undefined) return this.#made;
    throw new OciError('REPOSITORY_UNKNOWN', `there is no OCI image layout in ${this.#directory} yet`);
  }
}
