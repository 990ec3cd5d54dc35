import { type PackedCapsule, packCapsule, type PackStep, tagCapsule } from '@release-capsule/packer';
import { releaseTag } from '@release-capsule/schema';
import { CliError } from './errors.ts';
import type { RegistryOptions } from './input/registry-options.ts';
import { noteConfig } from './input/load-config.ts';
import { type PackArguments, packArguments } from './input/pack-arguments.ts';
import type { CommandRun } from './run-command.ts';
import { type OpenedStore, openStore } from './stores/open-store.ts';

/** What is packed, and the store that it goes to. */
export interface PackTarget {
  readonly args: PackArguments;
  readonly opened: OpenedStore;
}

/** A capsule that was packed, and where it can be found. */
export interface PackResult {
  readonly packed: PackedCapsule;
  readonly tag: string;
  /** Where, tag and digest: what a person copies. */
  readonly reference: string;
  /** `unchanged` where the same capsule was there under the same tag. */
  readonly tagging: 'set' | 'unchanged';
}

/** What says what is packed, and where it goes; and who signs it, where the command signs. */
type TargetFlags = RegistryOptions & Parameters<typeof packArguments>[0];

/**
 * Reads what is to be packed, and opens the store that it goes to.
 * @throws {CliError} `OPTION_INVALID`; {OciError} `REFERENCE_INVALID`, `LAYOUT_INVALID`.
 */
export async function openTarget(flags: TargetFlags, run: CommandRun): Promise<PackTarget> {
  const { context } = run;
  const args = await packArguments(flags, context);
  noteConfig(args.config, run);
  const opened = await openStore(args.to, { create: true, plainHttp: flags.plainHttp ?? false }, context);
  if (opened.reference.digest === undefined) return { args, opened };
  throw new CliError('OPTION_INVALID', '--to names a digest; a capsule gets the digest that its bytes have', {
    hint: `Give ${opened.place} alone.`,
  });
}

const stepTexts: Readonly<Record<PackStep, string>> = {
  read: 'Reading the package from the commit',
  hash: 'Looking for Secrets and outside references, hashing files',
  compress: 'Compressing the archive',
  check: 'Reading the capsule back and judging it',
  store: 'Storing the capsule',
};

/** Packs into the store, by digest and without a tag. */
export async function packInto({ args, opened }: PackTarget, { output }: CommandRun): Promise<PackedCapsule> {
  return packCapsule(args.source, opened.store, {
    ...args.options,
    onProgress: (step) => output.step(stepTexts[step]),
    onWarning: (warning) => output.warning(warning),
  });
}

/** Tags what was packed: with the reference's own tag, else `git-<commit>`. */
export async function tagPacked({ opened }: PackTarget, packed: PackedCapsule, { context, output }: CommandRun): Promise<PackResult> {
  const tag = opened.reference.tag ?? releaseTag(packed.record.gitCommit);
  output.step(`Setting the tag ${tag}`);
  const tagging = await tagCapsule(opened.store, packed.descriptor, tag, context.signal);
  const reference = opened.reference.kind === 'layout' ? `${opened.place}:${tag}` : `${opened.place}:${tag}@${packed.descriptor.digest}`;
  return { packed, tag, reference, tagging };
}
