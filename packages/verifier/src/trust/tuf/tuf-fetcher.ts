import { rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { OciError, readBounded } from '@release-capsule/oci';
import { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';

/** How requests to a TUF repository are bounded. */
export interface TufFetcherOptions {
  /** Where a file lies until its hash is checked. */
  readonly directory: string;
  /** Ends everything, also between requests. */
  readonly signal: AbortSignal;
  /** For one request, in milliseconds. */
  readonly requestMs: number;
}

const attempts = 2; // one more than none: what is down for longer is down
const userAgent = 'release-capsule';

/** Fetches the files of a TUF repository, each up to the length that its signed metadata allow. */
export class TufFetcher extends BaseFetcher {
  /** Why the last request failed, where it was not for what came back. */
  failure: string | undefined;
  readonly #options: TufFetcherOptions;

  constructor(options: TufFetcherOptions) {
    super();
    this.#options = options;
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    this.failure = undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#read(url, maxLength);
      } catch (error) {
        const isFinal = attempt === attempts || this.#options.signal.aborted || !isTransient(error);
        if (!isFinal) continue;
        // A file past its bound has come: it is what came back that is wrong.
        if (!(error instanceof OciError)) this.failure = describeFailure(error, url);
        throw error;
      }
    }
  }

  override async downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    const path = join(this.#options.directory, randomUUID());
    await writeFile(path, await this.downloadBytes(url, maxLength), { flag: 'wx', mode: 0o600 });
    try {
      return await handler(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Is never called: both ways to download are ours. */
  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    throw new Error(`no stream of ${url}`);
  }

  async #read(url: string, maxLength: number): Promise<Buffer> {
    const { signal, requestMs } = this.#options;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
    const response = await fetch(url, { headers: { 'user-agent': userAgent }, signal: bounded });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new DownloadHTTPError(`status ${response.status}`, response.status);
    }
    return Buffer.from(await readBounded(response.body, maxLength, fileOf(url)));
  }
}

/** Tells what a second attempt may cure: no answer, or a failing server; not what came back whole. */
function isTransient(error: unknown): boolean {
  return error instanceof DownloadHTTPError ? error.statusCode >= 500 : !(error instanceof OciError);
}

function describeFailure(error: unknown, url: string): string {
  const what = fileOf(url);
  if (error instanceof DownloadHTTPError) return `it answered ${error.statusCode} for ${what}`;
  if (error instanceof DOMException && error.name === 'TimeoutError') return `it did not answer in time for ${what}`;
  // fetch says only that it failed; its cause says why.
  const { cause } = error instanceof Error ? error : {};
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return `it cannot be reached: ${code}`;
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
