import { descriptorShape } from '@release-capsule/core';
import { assertArguments } from './assert-arguments.ts';
import { contentOf, maxMetadataBytes, readAll } from './content.ts';
import { CopySides } from './copy-sides.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { parseAnyManifest, successors, type Manifest } from './manifest.ts';
import { isManifestType } from './media-types.ts';
import type { ReadableStore, ReferrerLister, Store } from './ports.ts';
import { pushTogether } from './push-together.ts';

const maxConcurrentTransfers = 3; // more make no registry faster, but some throttle
const maxDepth = 16; // the platform image in an index that a signature signs is three deep
const maxReferrerHops = 4; // a signature of an attestation is two away
const maxNodes = 10_000; // the graph is the source's to make up, and could go on for ever

/** What is copied from; it has to list referrers where they are to be copied. */
export type CopySource = ReadableStore & Partial<ReferrerLister>;

/** How to copy. */
export interface CopyOptions {
  /** Whether to copy the manifests that refer to a copied one as their subject, too, and those that refer to them. */
  readonly referrers?: boolean;
  readonly onCopied?: (descriptor: Descriptor) => void;
  /** Called for content that the target holds already. */
  readonly onSkipped?: (descriptor: Descriptor) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies a manifest and all that it names from one store to another, each part before what names it and the
 * manifest last; what the target holds is skipped. With `referrers`, the manifests that refer to it follow.
 * @throws {OciError} with the code of what failed; the message says whether reading or writing did.
 * `LIMIT_EXCEEDED` where the graph is too deep or too large; `UNSUPPORTED` where referrers cannot be listed.
 */
export async function copyGraph(
  source: CopySource,
  target: Store,
  root: Descriptor,
  options: CopyOptions = {},
): Promise<void> {
  const shape = { 'referrers?': 'boolean', 'onCopied?': 'function', 'onSkipped?': 'function', 'signal?': 'signal' } as const;
  const wanted = { source: ['fetch'], target: ['exists', 'push'], root: descriptorShape, options: shape } as const;
  assertArguments(wanted, { source, target, root, options });
  const copy = new GraphCopy(source, target, options);
  await copy.graph(root);
  if (options.referrers === true) await copy.referrers();
}

class GraphCopy {
  readonly #source: CopySource;
  #target: Store;
  readonly #options: CopyOptions;
  readonly #sides: CopySides;
  readonly #limit = limitConcurrency(maxConcurrentTransfers);
  readonly #visits = new Map<string, Promise<void>>();
  readonly #manifests: Descriptor[] = [];

  constructor(source: CopySource, target: Store, options: CopyOptions) {
    this.#source = source;
    this.#target = target;
    this.#options = options;
    this.#sides = new CopySides(options.signal);
  }

  graph(root: Descriptor): Promise<void> {
    return this.#visit(root, 0);
  }

  /** Copies the referrers of all manifests copied so far, then theirs, and so on. */
  async referrers(): Promise<void> {
    let done = 0;
    for (let hop = 1; done < this.#manifests.length; hop += 1) {
      const subjects = this.#manifests.slice(done);
      done = this.#manifests.length;
      const lists = await Promise.all(subjects.map((subject) => this.#listReferrers(subject)));
      const found = lists.flat().filter((referrer) => !this.#visits.has(visitKey(referrer)));
      if (hop > maxReferrerHops && found.length > 0) throw limitExceeded(`referrers more than ${maxReferrerHops} away`);
      if (found.length > 0) await this.#visitTogether(found);
    }
  }

  /** All referrers of one hop are known: a registry that keeps tags immutable takes their list only once. */
  #visitTogether(referrers: readonly Descriptor[]): Promise<void> {
    const target = this.#target;
    const visit = async (together: Store): Promise<void> => {
      this.#target = together;
      await this.#visitAll(referrers, 0).finally(() => void (this.#target = target));
    };
    return this.#sides.list((signal) => pushTogether(target, visit, signal));
  }

  #visit(descriptor: Descriptor, depth: number): Promise<void> {
    const key = visitKey(descriptor);
    const visit = this.#visits.get(key) ?? this.#copyNode(descriptor, depth);
    this.#visits.set(key, visit);
    return visit;
  }

  /** Waits for all, also after a failure, so that nothing goes on behind the caller's back. */
  async #visitAll(descriptors: readonly Descriptor[], depth: number): Promise<void> {
    const visits = await Promise.allSettled(descriptors.map((descriptor) => this.#visit(descriptor, depth)));
    const failed = visits.find((visit) => visit.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #copyNode(descriptor: Descriptor, depth: number): Promise<void> {
    if (this.#visits.size >= maxNodes) throw limitExceeded(`more than ${maxNodes} parts`);
    if (depth > maxDepth) throw limitExceeded(`parts more than ${maxDepth} deep`);
    if (!isManifestType(descriptor.mediaType)) return this.#limit(() => this.#copyBlob(descriptor));
    this.#manifests.push(descriptor);
    const { manifest, bytes } = await this.#limit(() => this.#readManifest(descriptor));
    await this.#visitAll(await this.#presentParts(manifest), depth + 1);
    await this.#limit(() => this.#copyManifest(descriptor, manifest, bytes));
  }

  #readManifest(descriptor: Descriptor): Promise<{ readonly manifest: Manifest; readonly bytes: Uint8Array }> {
    return this.#sides.read(descriptor, async (signal) => {
      const bytes = await readAll(this.#source, descriptor, { maxBytes: maxMetadataBytes, signal });
      return { bytes, manifest: parseAnyManifest(bytes, descriptor.mediaType) };
    });
  }

  /** Lists what a manifest names. Only its subject may be missing from the source: it need not exist. */
  async #presentParts(manifest: Manifest): Promise<readonly Descriptor[]> {
    const { subject } = manifest;
    if (subject === undefined || this.#visits.has(visitKey(subject))) return successors(manifest);
    const isThere = await this.#limit(() =>
      this.#sides.read(subject, (signal) => this.#source.exists(subject, signal)),
    );
    return isThere ? successors(manifest) : successors(manifest).filter((part) => part !== subject);
  }

  async #copyManifest(descriptor: Descriptor, manifest: Manifest, bytes: Uint8Array): Promise<void> {
    const isThere = await this.#targetHolds(descriptor);
    // A run that was killed may have left a referrer stored and not yet listed: only pushing it again lists it.
    if (!isThere || manifest.subject !== undefined) await this.#push(descriptor, contentOf(bytes));
    this.#report(descriptor, isThere);
  }

  async #copyBlob(descriptor: Descriptor): Promise<void> {
    const isThere = await this.#targetHolds(descriptor);
    const content = this.#sides.content(descriptor, (signal) => this.#source.fetch(descriptor, signal));
    if (!isThere) await this.#push(descriptor, content);
    this.#report(descriptor, isThere);
  }

  #targetHolds(descriptor: Descriptor): Promise<boolean> {
    return this.#sides.write(descriptor, (signal) => this.#target.exists(descriptor, signal));
  }

  #push(descriptor: Descriptor, content: () => AsyncIterable<Uint8Array>): Promise<void> {
    return this.#sides.write(descriptor, (signal) => this.#target.push(descriptor, content, signal));
  }

  #report(descriptor: Descriptor, isSkipped: boolean): void {
    const report = isSkipped ? this.#options.onSkipped : this.#options.onCopied;
    report?.(descriptor);
  }

  #listReferrers(subject: Descriptor): Promise<readonly Descriptor[]> {
    return this.#limit(() =>
      this.#sides.read(subject, async (signal) => {
        if (this.#source.referrers === undefined) {
          throw new OciError('UNSUPPORTED', `the source cannot list the referrers of ${subject.digest}`);
        }
        const found: Descriptor[] = [];
        for await (const referrer of this.#source.referrers(subject, undefined, signal)) {
          found.push(referrer);
          if (found.length > maxNodes) throw limitExceeded(`more than ${maxNodes} referrers`);
        }
        return found;
      }),
    );
  }
}

function visitKey({ digest, mediaType }: Descriptor): string {
  // The same bytes may be named once as a blob and once as a manifest, whose parts have to follow.
  return `${digest} ${mediaType}`;
}

function limitExceeded(what: string): OciError {
  return new OciError('LIMIT_EXCEEDED', `the graph to copy has ${what}`, {
    hint: 'Copy its parts one by one, if they are what they should be.',
  });
}
