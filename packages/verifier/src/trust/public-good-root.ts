import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShapeOf } from '@release-capsule/core';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import { loadTrustedRoot } from './load-trusted-root.ts';
import { parseMirror, publicMirror, type TufRepository, tufStateName } from './tuf/tuf-repository.ts';
import { readTufState, type TufState, writeTufState } from './tuf/tuf-state.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** What the public Sigstore instance, or another that has a TUF repository, says of itself. */
export interface PublicGood {
  /** Where it came from. */
  readonly mirror: string;
  /** The bytes of its `trusted_root.json`. */
  readonly trustedRoot: Uint8Array;
  /** The bytes of its `signing_config.v0.2.json`: where to sign. Absent where the repository has none. */
  readonly signingConfig?: Uint8Array;
  readonly fetchedAt: Date;
  /** Until when it is known to be good: then the repository must be asked again. */
  readonly expires: Date;
  /** Whether the root that everything begins at is the public instance's. */
  readonly isPublicGood: boolean;
}

/** Where it is got from, and where it is kept. */
export interface PublicGoodOptions {
  /** Keeps the answer until it expires; a directory of the caller's own, made where it is absent. Without it none is kept. */
  readonly cacheDirectory?: string;
  /** The TUF repository's address; default: the public instance's. */
  readonly mirror?: string;
  /** The `root.json` that the chain of roots begins at; default: the public instance's, as built in. */
  readonly initialRoot?: Uint8Array;
  /** Asks also where the last answer has not expired. */
  readonly refresh?: boolean;
  /** Asks also where the last answer is older, in milliseconds; while nobody answers, it counts until it expires. */
  readonly maxAgeMs?: number;
  /** The system's by default. */
  readonly now?: (() => Date) | undefined;
  /** The system's place for temporary files by default. */
  readonly temporaryDirectory?: string | undefined;
  readonly signal?: AbortSignal;
}

const optionsShape: ShapeOf<PublicGoodOptions> = {
  'cacheDirectory?': 'text',
  'mirror?': 'text',
  'initialRoot?': 'bytes',
  'refresh?': 'boolean',
  'maxAgeMs?': 'amount',
  'now?': 'function',
  'temporaryDirectory?': 'text',
  'signal?': 'signal',
};

const rootName = 'trusted_root.json';
const signingName = 'signing_config.v0.2.json';

/**
 * Gets root and signing configuration of the public Sigstore instance. While the last answer has not expired, no
 * request is made and nothing of TUF is loaded; an expired one is never used.
 * @throws {VerifyError} `OPTION_INVALID`; `TRUST_UNAVAILABLE` where there is no answer, `TRUST_EXPIRED` where the one there is is too old,
 * `TRUST_INVALID` where it cannot be right.
 */
export async function readPublicGood(given: PublicGoodOptions = {}): Promise<PublicGood> {
  assertArguments({ options: optionsShape }, { options: given });
  const options = { ...given, now: given.now ?? (() => new Date()), temporaryDirectory: given.temporaryDirectory ?? tmpdir() };
  const { mirror = publicMirror, initialRoot, cacheDirectory, refresh = false, maxAgeMs = Infinity } = options;
  const repository: TufRepository = { mirror: parseMirror(mirror), ...(initialRoot !== undefined && { initialRoot }) };
  const path = cacheDirectory === undefined ? undefined : join(cacheDirectory, tufStateName(repository));
  const last = path === undefined ? undefined : await readTufState(path);
  const current = last !== undefined && !refresh && isCurrent(last, options.now()) ? last : undefined;
  if (current !== undefined && ageOf(current, options.now()) <= maxAgeMs) return publicGoodOf(current, repository);
  const state = await askAgain(repository, last, options).catch((error: unknown) => {
    if (current !== undefined && error instanceof VerifyError && error.code === 'TRUST_UNAVAILABLE') return current;
    throw error;
  });
  if (path !== undefined && state !== current) await writeTufState(path, state);
  return publicGoodOf(state, repository);
}

/**
 * Parses and checks the root among what {@link readPublicGood} got.
 * @throws {VerifyError} `TRUST_INVALID`.
 */
export async function trustedRootOf({ trustedRoot, mirror, isPublicGood, fetchedAt }: PublicGood): Promise<TrustedRoot> {
  const origin = isPublicGood ? ({ source: 'public-good', label: 'public-good' } as const) : ({ source: 'file', label: mirror } as const);
  return loadTrustedRoot(trustedRoot, { ...origin, fetchedAt });
}

/** A clock that went back since is wrong now, or was then. */
function isCurrent({ fetchedAt, expires }: TufState, now: Date): boolean {
  return fetchedAt <= now && now < expires;
}

function ageOf({ fetchedAt }: TufState, now: Date): number {
  return now.getTime() - fetchedAt.getTime();
}

type CompleteOptions = PublicGoodOptions & { readonly now: () => Date; readonly temporaryDirectory: string };

async function askAgain(repository: TufRepository, last: TufState | undefined, options: CompleteOptions): Promise<TufState> {
  const { refreshTuf } = await import('./tuf/refresh-tuf.ts');
  const { now, temporaryDirectory, signal } = options;
  return refreshTuf(repository, last, { now, temporaryDirectory, signal, targets: [rootName, signingName] });
}

function publicGoodOf({ mirror, targets, fetchedAt, expires }: TufState, { initialRoot }: TufRepository): PublicGood {
  const { [rootName]: root, [signingName]: signing } = targets;
  if (root === undefined) {
    throw new VerifyError('TRUST_INVALID', `${mirror} has no ${rootName}`, { hint: 'Check TUF_MIRROR: it is not a Sigstore repository.' });
  }
  return {
    mirror,
    trustedRoot: Buffer.from(root),
    ...(signing !== undefined && { signingConfig: Buffer.from(signing) }),
    fetchedAt,
    expires,
    isPublicGood: initialRoot === undefined,
  };
}
