import { quote } from '@release-capsule/schema';
import type { VerdictReport } from '../../findings/report.ts';
import { isSameRepository } from '../../repository-name.ts';
import type { Question, StatedRelease } from './question.ts';

/** A member of the request that says something else than the signed record. */
export interface Difference {
  /** `release.gitCommit`, `approved.packageDigest` and the like. */
  readonly field: string;
  readonly got: string;
  /** What the signed record says; empty where it says nothing. */
  readonly wanted: string;
}

/** Holds what a caller states against the signed record: every disagreement counts, and nothing is taken from it. */
export function compareRelease({ stated }: Question, report: VerdictReport): readonly Difference[] {
  const recorded = recordedRelease(report);
  return (['release', 'approved'] as const).flatMap((name) => differences(name, stated[name] ?? {}, recorded));
}

/** Says a difference in one sentence. */
export function differenceText({ field, got, wanted }: Difference): string {
  return `${field} is ${quote(got)}, the signed record says ${quote(wanted)}`;
}

type Recorded = Readonly<Record<keyof StatedRelease, string>>;

function recordedRelease({ release, capsule }: VerdictReport): Recorded {
  return {
    gitCommit: release?.gitCommit ?? '',
    imageRepo: release?.image?.repoURL ?? '',
    imageTag: release?.image?.tag ?? '',
    imageDigest: release?.image?.digest ?? '',
    packageKind: release?.package.kind ?? '',
    packagePath: release?.package.path ?? '',
    packageDigest: release?.package.digest ?? '',
    capsuleDigest: capsule.digest ?? '',
  };
}

const fields = [
  'gitCommit',
  'imageRepo',
  'imageTag',
  'imageDigest',
  'packageKind',
  'packagePath',
  'packageDigest',
  'capsuleDigest',
] as const satisfies readonly (keyof StatedRelease)[];

function differences(name: string, stated: StatedRelease, recorded: Recorded): readonly Difference[] {
  return fields.flatMap((field) => {
    const [got, wanted] = [stated[field], recorded[field]];
    if (got === undefined || isSame(field, got, wanted)) return [];
    return [{ field: `${name}.${field}`, got, wanted }];
  });
}

function isSame(field: keyof StatedRelease, got: string, wanted: string): boolean {
  if (field === 'imageRepo' && got !== '' && wanted !== '') return isSameRepository(got, wanted);
  return got === wanted;
}
