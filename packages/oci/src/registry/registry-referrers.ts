import type { Descriptor, OciDigest } from '../descriptor.ts';
import type { ListedReferrer } from '../ports.ts';
import { isJsonObject } from '../strict-json.ts';
import type { RegistryClient } from './client.ts';
import { addToFallback, readFallbackEntries } from './fallback-index.ts';
import { matchingReferrer } from './listed-entries.ts';
import { askReferrersApi, boundedEntries, readReferrerPages, type ReferrerPage, type ReferrersQuery } from './referrers-api.ts';

/** A manifest that was pushed with a subject. */
export interface PushedReferrer {
  readonly subject: OciDigest;
  /** With artifact type and annotations as the manifest states them. */
  readonly referrer: Descriptor;
  /** The registry answered the push with `OCI-Subject`. */
  readonly subjectIndexed: boolean;
}

/** Lists and announces referrers: with the referrers API where the registry has it, else under the fallback tag. */
export class RegistryReferrers {
  readonly #client: RegistryClient;
  readonly #announcing = new Map<OciDigest, Promise<void>>();
  #unsupported = false;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Lists referrers as the registry states them; whether they are, their manifests say. */
  async *list(query: ReferrersQuery): AsyncGenerator<ListedReferrer> {
    const seen = new Set<OciDigest>();
    const first = await this.#ask(query);
    const listedBy = first === undefined ? 'fallback-tag' : 'referrers-api';
    for await (const entry of this.#entries(first, query)) {
      const referrer = matchingReferrer(entry, query.artifactType);
      if (referrer === undefined || seen.has(referrer.digest)) continue;
      seen.add(referrer.digest);
      yield { ...referrer, listedBy };
    }
  }

  /**
   * Sees to it that pushed manifests are listed among the referrers of their subjects.
   * @throws {OciError} `TAG_CONFLICT`, `TAG_IMMUTABLE` where the fallback index cannot be written.
   */
  async announce(pushed: readonly PushedReferrer[], signal?: AbortSignal): Promise<void> {
    for (const [subject, referrers] of Map.groupBy(pushed, (one) => one.subject)) {
      await this.#inTurn(subject, () => this.#announceAll(subject, referrers, signal));
    }
  }

  // Within this process one after another: writers of one index overwrite each other.
  async #inTurn(subject: OciDigest, announce: () => Promise<void>): Promise<void> {
    const before = this.#announcing.get(subject) ?? Promise.resolve();
    const mine = before.then(announce);
    const settled = mine.catch(() => undefined);
    this.#announcing.set(subject, settled);
    try {
      await mine;
    } finally {
      if (this.#announcing.get(subject) === settled) this.#announcing.delete(subject);
    }
  }

  async *#entries(first: ReferrerPage | undefined, query: ReferrersQuery): AsyncGenerator {
    if (first !== undefined) yield* readReferrerPages(this.#client, first, query);
    else yield* boundedEntries(await readFallbackEntries(this.#client, query.subject, query.signal), query);
  }

  async #ask(query: ReferrersQuery): Promise<ReferrerPage | undefined> {
    if (this.#unsupported) return undefined;
    const answer = await askReferrersApi(this.#client, query);
    if (answer.kind === 'listing') return answer.page;
    this.#unsupported = answer.kind === 'unsupported';
    return undefined;
  }

  async #announceAll(subject: OciDigest, pushed: readonly PushedReferrer[], signal?: AbortSignal): Promise<void> {
    const query: ReferrersQuery = { subject, artifactType: undefined, signal };
    const first = await this.#ask(query);
    const listed = new Set<unknown>();
    if (first !== undefined) {
      // ECR sends OCI-Subject without having the API, so both have to hold.
      if (pushed.every(({ subjectIndexed }) => subjectIndexed)) return;
      for await (const entry of readReferrerPages(this.#client, first, query)) {
        if (isJsonObject(entry)) listed.add(entry['digest']);
      }
    }
    const indexed = (one: PushedReferrer): boolean => first !== undefined && (one.subjectIndexed || listed.has(one.referrer.digest));
    const referrers = pushed.filter((one) => !indexed(one)).map(({ referrer }) => referrer);
    if (referrers.length > 0) await addToFallback(this.#client, { subject, referrers }, signal);
  }
}
