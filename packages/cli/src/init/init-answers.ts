import type { PackageKind } from '@release-capsule/schema';
import type { CiIdentity, CiSystem } from './hosting.ts';

/** What signs: the job in its own name, or a key. */
export type Signing = { readonly kind: 'keyless'; readonly identity: CiIdentity } | { readonly kind: 'key' };

/** Everything that the files of a set-up are made of. */
export interface InitAnswers {
  readonly name: string;
  /** From the root of the repository. */
  readonly packagePath: string;
  readonly packageKind: PackageKind;
  /** Patterns of files that are taken and left out, and references that may leave the package: what the policy repeats. */
  readonly selection: PackageSelection;
  /** The application image's repository. */
  readonly image: string;
  /** What the package's files call that image: its repository, or a placeholder. */
  readonly imageName: string;
  /** The capsule's. */
  readonly capsule: string;
  readonly ci: CiSystem | 'none';
  /** The branch that is released. */
  readonly branch: string;
  /** The Git repository's address. */
  readonly repoURL: string;
  readonly signing: Signing;
  readonly mode: 'enforce' | 'audit';
  /** Absent where Kargo does not promote it. */
  readonly kargo?: KargoAnswers;
}

/** What a `capsule.yaml` that was there says of the package beside its path. */
export interface PackageSelection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Its exceptions. */
  readonly allow: { readonly references: readonly string[]; readonly secretValues: readonly string[] };
}

/** What Kargo's resources are called. */
export interface KargoAnswers {
  readonly project: string;
  readonly warehouse: string;
  /** Where rendered branches are pushed to. */
  readonly gitopsRepo: string;
  /** From the first to the last. */
  readonly stages: readonly string[];
  /** What is rendered of a Kustomize package, from its root; absent for a chart. */
  readonly entry?: string;
}
