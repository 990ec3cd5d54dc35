import {
  type CapsuleContent,
  exceptionOf,
  findOutsideReferences,
  notAllowed,
  type OutsideReason,
  type OutsideReference,
  packageFiles,
  quoteWhole,
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

const maxFindings = 100; // a verdict is answered over HTTP, too; what packs a package shows all of them

const codes: Readonly<Record<OutsideReason, RefutedCode>> = {
  remote: 'REFERENCE_REMOTE',
  escapes: 'REFERENCE_OUTSIDE',
  spelling: 'REFERENCE_NOT_PLAIN',
  missing: 'REFERENCE_MISSING',
  unvendored: 'CHART_DEPENDENCY_MISSING',
  version: 'CHART_DEPENDENCY_VERSION',
  profile: 'PACKAGE_NOT_IN_PROFILE',
  credentials: 'REFERENCE_CREDENTIALS',
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
  if (outside.length > 0) return [...outside.slice(0, maxFindings).map(describe), ...uncounted(outside.slice(maxFindings))];
  const excepted = references.length - outside.length;
  const message = excepted === 0 ? 'nothing in the package reaches outside it' : `all but ${excepted} allowed references stay inside`;
  return [proven('PACKAGE_SELF_CONTAINED', message)];
}

function describe(found: OutsideReference): Finding {
  const { file, field, reference, reason, detail } = found;
  const place = field === '' ? file : `${file}, ${field}`;
  const exception = exceptionOf(found);
  const text = exception === undefined ? '' : `${quoteWhole(exception)}: `;
  return refuted(codes[reason], `${place}: ${text}${detail}`, { evidence: { file, field, reference } });
}

function uncounted([first, ...others]: readonly OutsideReference[]): readonly Finding[] {
  if (first === undefined) return [];
  return [refuted(codes[first.reason], `${others.length + 1} more findings are not shown, from ${first.file} on`)];
}
