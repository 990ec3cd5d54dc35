import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ExplainedContent } from '../verified-stream.ts';
import type { RegistryClient } from './client.ts';
import type { Answer } from './exchange.ts';
import { isTransientFailure } from './network-failure.ts';
import { backoffMs } from './retry.ts';

const maxResumes = 5; // bounds a registry that breaks every connection after a byte

/**
 * Opens a blob's content, and resumes where the connection breaks: the reader sees one unbroken run of bytes. Whether
 * they are the right ones is for the reader to check; the whole run goes through one hash. Where it was put together of
 * several answers and is wrong, that says nothing of what is stored.
 * Source: OCI distribution-spec v1.1.1, "Pulling blobs".
 * @throws {OciError} `BLOB_UNKNOWN`, `REPOSITORY_UNKNOWN`, and what the client throws.
 */
export async function openBlob(
  client: RegistryClient,
  target: Descriptor,
  signal?: AbortSignal,
): Promise<ExplainedContent> {
  const first = await getBlob(client, target, { offset: 0, signal });
  const download = new ResumingDownload(client, target, { first, signal });
  return { [Symbol.asyncIterator]: () => download, explainMismatch: (error) => download.explainMismatch(error) };
}

interface GetOptions {
  readonly offset: number;
  readonly signal: AbortSignal | undefined;
}

async function getBlob(client: RegistryClient, target: Descriptor, { offset, signal }: GetOptions): Promise<Answer> {
  const url = new URL(`blobs/${target.digest}`, client.url);
  const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
  const answer = await client.send({ method: 'GET', url, headers, access: 'pull' }, signal);
  if (answer.status === 200 || (answer.status === 206 && offset > 0)) return answer;
  throw await client.refusal(answer, 'GET', 'BLOB_UNKNOWN');
}

class ResumingDownload implements AsyncIterator<Uint8Array> {
  readonly #client: RegistryClient;
  readonly #target: Descriptor;
  readonly #signal: AbortSignal | undefined;
  #answer: Answer;
  #chunks: AsyncIterator<Uint8Array>;
  #delivered = 0;
  #toSkip = 0;
  #resumes = 0;

  constructor(
    client: RegistryClient,
    target: Descriptor,
    { first, signal }: { readonly first: Answer; readonly signal: AbortSignal | undefined },
  ) {
    this.#client = client;
    this.#target = target;
    this.#signal = signal;
    this.#answer = first;
    this.#chunks = first.body[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const next = await this.#read();
      if (next === undefined) continue;
      if (next.done === true) return { done: true, value: undefined };
      const chunk = this.#withoutSkipped(next.value);
      if (chunk.length === 0) continue;
      this.#delivered += chunk.length;
      return { done: false, value: chunk };
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#chunks.return?.();
    await this.#answer.discard(); // frees the connection also where nothing was read yet
    return { done: true, value: undefined };
  }

  explainMismatch(error: OciError): OciError {
    return this.#resumes === 0 ? error : this.#brokenOff(error);
  }

  /** Reads on; undefined where the connection broke and another took over. */
  async #read(): Promise<IteratorResult<Uint8Array, unknown> | undefined> {
    try {
      const next = await this.#chunks.next();
      // An early end without an error: a proxy that gave up, or a registry that lies about the size.
      if (next.done !== true || this.#delivered >= this.#target.size) return next;
      if (this.#resumes >= maxResumes) return next;
    } catch (error) {
      if (!isTransientFailure(error) || this.#resumes >= maxResumes) throw error;
      // All is there; a range from its end would be refused.
      if (this.#delivered >= this.#target.size) return { done: true, value: undefined };
    }
    await this.#resume();
    return undefined;
  }

  async #resume(): Promise<void> {
    this.#resumes++;
    await this.#client.retry.clock.sleep(backoffMs(this.#client.retry, this.#resumes), this.#signal);
    const offset = this.#delivered;
    this.#answer = await getBlob(this.#client, this.#target, { offset, signal: this.#signal }).catch((error: unknown) => {
      // It was there a moment ago.
      throw error instanceof OciError && error.code.endsWith('_UNKNOWN') ? this.#brokenOff(error) : error;
    });
    // A registry without ranges starts over; what was delivered already is dropped.
    this.#toSkip = this.#answer.status === 206 ? 0 : offset;
    this.#chunks = this.#answer.body[Symbol.asyncIterator]();
    if (this.#answer.status === 206) await this.#checkRange(offset);
  }

  async #checkRange(offset: number): Promise<void> {
    const range = this.#answer.headers.get('content-range') ?? '';
    if (range.startsWith(`bytes ${offset}-`)) return;
    await this.#answer.discard();
    throw new OciError('PROTOCOL_ERROR', `asked for ${this.#target.digest} from byte ${offset}, got another range`);
  }

  #brokenOff(cause: OciError): OciError {
    const often = this.#resumes === 1 ? 'once' : `${this.#resumes} times`;
    const message = `the download of ${this.#target.digest} broke off ${often} and could not be completed: ${cause.message}`;
    return new OciError('UNAVAILABLE', message, {
      hint: 'Try again. If that fails too, what is stored may be damaged, or a proxy between changes what it passes on.',
      cause,
    });
  }

  #withoutSkipped(chunk: Uint8Array): Uint8Array {
    const rest = chunk.subarray(Math.min(this.#toSkip, chunk.length));
    this.#toSkip -= chunk.length - rest.length;
    return rest;
  }
}
