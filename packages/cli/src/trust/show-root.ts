import {
  describeRoot,
  type PublicGood,
  type RootDescription,
  type RootPart,
  type TrustedRoot,
  trustedRootOf,
} from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { loadRootFile } from '../input/load-root.ts';
import { loadPublicGood, type TufSource } from '../input/public-good.ts';

/** A root with what is known of it. */
export interface ShownRoot {
  readonly root: TrustedRoot;
  readonly description: RootDescription;
  /** Where and when it was got; absent for a file. */
  readonly found?: Pick<PublicGood, 'mirror' | 'fetchedAt' | 'expires'>;
}

/**
 * Reads the root that is named: a file, or `public-good`.
 * @throws {CliError} `FILE_UNREADABLE`; {VerifyError} `TRUST_INVALID`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function readShownRoot(name: string, source: TufSource, context: Context): Promise<ShownRoot> {
  if (name === 'public-good') {
    const found = await loadPublicGood(context, source);
    return shown(await trustedRootOf(found), context, found);
  }
  return shown(await loadRootFile(name, context), context);
}

/** The form of `capsule trust show --json`. */
export function shownRootJson({ root, description, found }: ShownRoot): object {
  return {
    label: root.label,
    digest: root.digest,
    ...(found !== undefined && {
      mirror: found.mirror,
      fetchedAt: found.fetchedAt.toISOString(),
      expires: found.expires.toISOString(),
    }),
    newest: description.newest.toISOString(),
    parts: description.parts.map(partJson),
    warnings: description.warnings,
  };
}

function shown(root: TrustedRoot, { now }: Context, found?: PublicGood): ShownRoot {
  return { root, description: describeRoot(root, now()), ...(found !== undefined && { found }) };
}

function partJson({ kind, url, name, from, until, certificatesUntil, state }: RootPart): object {
  return {
    kind,
    url,
    name,
    from: from.toISOString(),
    ...(until !== undefined && { until: until.toISOString() }),
    ...(certificatesUntil !== undefined && { certificatesUntil: certificatesUntil.toISOString() }),
    state,
  };
}
