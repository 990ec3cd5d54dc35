import {
  type CapsuleContent,
  findOutsideReferences,
  notAllowed,
  type OutsideReason,
  type OutsideReference,
  packageFiles,
  type ReleaseRecord,
} from '@release-capsule/schema';
import type { RefutedCode } from '../findings/finding-code.ts';
import { type Finding, proven, refuted } from '../findings/finding.ts';

/** What SELF_CONTAINED is judged by. */
export interface SelfContainedOptions {
  /** References that the policy lets leave the package, each by its exact text. */
  readonly allowed: readonly string[];
  /** Reads a file by its path in the capsule; undefined where it is too large to be judged. */
  readonly read: (path: string) => Uint8Array | undefined;
}

const maxFindings = 10; // enough to see what to vendor

const codes: Readonly<Record<OutsideReason, RefutedCode>> = {
  remote: 'REFERENCE_REMOTE',
  escapes: 'REFERENCE_OUTSIDE',
  spelling: 'REFERENCE_NOT_PLAIN',
  missing: 'REFERENCE_MISSING',
  unvendored: 'CHART_DEPENDENCY_MISSING',
  version: 'CHART_DEPENDENCY_VERSION',
  profile: 'PACKAGE_NOT_IN_PROFILE',
  unreadable: 'REFERENCE_UNREADABLE',
};

/** Judges SELF_CONTAINED: nothing in the package reaches outside it, but for what the policy names. */
export async function judgeSelfContained(
  content: CapsuleContent,
  record: ReleaseRecord,
  { allowed, read }: SelfContainedOptions,
): Promise<readonly Finding[]> {
  const references = await findOutsideReferences({
    paths: packageFiles(content.files, record).map((file) => file.path),
    read: (path) => read(`${record.package.path}/${path}`),
  });
  const outside = notAllowed(references, allowed);
  if (outside.length > 0) return outside.slice(0, maxFindings).map(describe);
  const excepted = references.length - outside.length;
  const message = excepted === 0 ? 'nothing in the package reaches outside it' : `all but ${excepted} allowed references stay inside`;
  return [proven('PACKAGE_SELF_CONTAINED', message)];
}

function describe({ file, field, reference, reason, detail }: OutsideReference): Finding {
  const place = field === '' ? file : `${file}, ${field}`;
  return refuted(codes[reason], `${place}: ${detail}`, { evidence: { file, field, reference } });
}
