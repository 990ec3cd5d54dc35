import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import { maxTrustedRootBytes } from '../trusted-root.ts';
import { TufFetcher } from './tuf-fetcher.ts';
import { diskFailure, tufFailure } from './tuf-failure.ts';
import type { TufRepository } from './tuf-repository.ts';
import type { TufState } from './tuf-state.ts';

/** How a repository is asked. */
export interface RefreshOptions {
  readonly now: () => Date;
  readonly temporaryDirectory: string;
  /** The names of the files that are wanted; those that the repository does not have are left out. */
  readonly targets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const deadlineMs = 30_000; // a dozen small files, one after the other
const requestMs = 10_000;
const maxRootRotations = 64; // the public instance has had sixteen roots in five years
const maxDelegations = 8; // what is wanted lies at the top

/**
 * Asks a TUF repository for its files, and checks all that it says against its root and against its last answer.
 * Source: TUF specification v1.0.34, section 5, "Detailed client workflow".
 * @throws {VerifyError} `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`, `TRUST_INVALID`, `WRITE_FAILED`.
 */
export async function refreshTuf(
  repository: TufRepository,
  last: TufState | undefined,
  { now, temporaryDirectory, targets: names, signal }: RefreshOptions,
): Promise<TufState> {
  // The library writes its files one by one. It gets a directory of its own, so that nobody sees some of them.
  const directory = await makeDirectory(temporaryDirectory);
  const deadline = AbortSignal.timeout(deadlineMs);
  const fetcher = new TufFetcher({ directory, requestMs, signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) });
  try {
    await layOut(directory, repository, last);
    const targets = await fetchTargets(makeUpdater(repository, directory, fetcher), names);
    const metadata = await readMetadata(directory);
    return { mirror: repository.mirror, fetchedAt: now(), expires: firstExpiry(metadata), metadata, targets };
  } catch (cause) {
    throw tufFailure(cause, { mirror: repository.mirror, last, now: now(), unreachable: fetcher.failure });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function makeDirectory(parent: string): Promise<string> {
  try {
    return await mkdtemp(join(parent, 'capsule-tuf-')); // mode 0700
  } catch (cause) {
    throw diskFailure(cause);
  }
}

async function layOut(directory: string, { initialRoot }: TufRepository, last: TufState | undefined): Promise<void> {
  await mkdir(join(directory, 'metadata'));
  await mkdir(join(directory, 'targets'));
  const root = last?.metadata['root.json'] ?? initialRoot ?? (await builtInRoot());
  await writeFile(join(directory, 'metadata', 'root.json'), root);
  // Roles that were delegated to may be gone since: they are got anew where they still count.
  for (const name of ['timestamp.json', 'snapshot.json', 'targets.json']) {
    const text = last?.metadata[name];
    if (text !== undefined) await writeFile(join(directory, 'metadata', name), text);
  }
}

/** The public instance's first root that counts, as Sigstore publishes it with its own client. */
async function builtInRoot(): Promise<Uint8Array> {
  const { default: seeds } = await import('@sigstore/tuf/seeds.json', { with: { type: 'json' } });
  return Buffer.from(seeds['https://tuf-repo-cdn.sigstore.dev']['root.json'], 'base64');
}

function makeUpdater({ mirror }: TufRepository, directory: string, fetcher: TufFetcher): Updater {
  return new Updater({
    metadataBaseUrl: mirror,
    metadataDir: join(directory, 'metadata'),
    targetBaseUrl: `${mirror}/targets`,
    targetDir: join(directory, 'targets'),
    fetcher,
    config: { maxRootRotations, maxDelegations },
  });
}

async function fetchTargets(updater: Updater, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  await updater.refresh();
  const targets: Record<string, string> = {};
  for (const name of names) {
    const info = await updater.getTargetInfo(name);
    if (info === undefined) continue;
    if (info.length > maxTrustedRootBytes) throw new Error(`${name} is longer than ${maxTrustedRootBytes} bytes`);
    targets[name] = await readFile(await updater.downloadTarget(info), 'utf8');
  }
  return targets;
}

async function readMetadata(directory: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(join(directory, 'metadata'));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, 'metadata', name), 'utf8')] as const)),
  );
}

function firstExpiry(metadata: Readonly<Record<string, string>>): Date {
  // The library has checked the form of each.
  const times = Object.values(metadata).map((text) => {
    const { signed } = JSON.parse(text) as { readonly signed: { readonly expires: string } };
    return new Date(signed.expires).getTime();
  });
  return new Date(Math.min(...times));
}
