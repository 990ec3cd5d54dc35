import { realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type CapsuleConfig, detectPackageKind } from '@release-capsule/packer';
import {
  lockImages,
  type LockedPackage,
  type LockOptions,
  type LockWarning,
  registryResolver,
  type StatedApplication,
  type ValuesFile,
} from '@release-capsule/promoter';
import { type ImageLock, type ImageName, parseImageText, quote } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { readInput } from '../input/read-input.ts';
import { registryOptions } from '../stores/registry-options.ts';
import type { Ask } from './ask-application.ts';
import { lockedDigests } from './locked-digests.ts';
import type { LockFlags } from './lock-flags.ts';
import { openRenderers } from './open-renderers.ts';
import { repositoryAt, workingPackage } from './working-package.ts';

/** What is locked, and how. */
export interface LockRequest {
  readonly config: CapsuleConfig;
  /** Where `capsule.yaml` lies. */
  readonly directory: string;
  readonly flags: LockFlags;
  readonly previous: ImageLock | undefined;
  /** Refuses to go on without the program that renders the package. */
  readonly isRendered?: boolean | undefined;
  /** Asks a person; absent where there is no one to ask. */
  readonly choose?: Ask | undefined;
}

/**
 * Locks the images of the package that a `capsule.yaml` names, as it stands in the working tree.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`, and what reading, rendering and resolving throw.
 */
export async function lockPackage(request: LockRequest, context: Context): Promise<LockedPackage> {
  const { config, flags, previous, choose, isRendered = flags.check } = request;
  const { from, include = [], exclude = [], dereference = false } = config.package;
  const repository = await repositoryAt(request.directory, context);
  const files = await workingPackage(repository, { path: plainPath(from), include, exclude, dereference }, context);
  const kind = config.package.kind ?? detectPackageKind(files.paths) ?? 'kustomize';
  const { whyNot, ...renderers } = await openRenderers(kind, flags, context);
  if (whyNot !== undefined && isRendered === true) throw whyNot;
  const { temporaryDirectory, signal } = context;
  const locked = await lockImages(files, {
    kind,
    renderers,
    whyNotRendered: whyNot?.message,
    application: applicationOf(config, flags),
    previous,
    entry: flags.entry === undefined ? undefined : plainPath(flags.entry),
    values: kind === 'helm' ? await valuesFiles(request, repository.root, context) : [],
    kubeVersion: flags.kubeVersion ?? previous?.rendered?.kubeVersion,
    apiVersions: flags.apiVersion,
    allow: { references: config.allow?.references },
    resolve: resolverOf(request, context),
    choose,
    temporaryDirectory,
    signal,
  });
  return { ...locked, warnings: [...untrackedFiles(files.untracked), ...locked.warnings] };
}

/** What options say of the names counts more than what `capsule.yaml` says. */
function applicationOf({ image }: CapsuleConfig, { imageName }: LockFlags): StatedApplication | undefined {
  if (image === undefined) return undefined;
  const names = imageName?.map(nameOf) ?? image.names;
  return { ...image, ...(names !== undefined && { names }) };
}

function nameOf(text: string): ImageName {
  const { name, tag, digest } = parseImageText(text) ?? {};
  if (name !== undefined && digest === undefined) return { name, ...(tag !== undefined && { tag }) };
  throw new CliError('OPTION_INVALID', `--image-name ${quote(text)} is not NAME or NAME:TAG`, {
    hint: 'Give the name as the package writes it, without a digest: --image-name example/app.',
  });
}

const maxValuesBytes = 1024 * 1024; // the largest values file known has half of it

/** The last lock says from the repository's root which files it was made with; options from the working directory. */
async function valuesFiles({ flags, previous }: LockRequest, root: string, context: Context): Promise<readonly ValuesFile[]> {
  const before = previous?.rendered?.values?.map((path) => join(root, path)) ?? [];
  const paths = flags.values?.map((path) => resolve(context.cwd, path)) ?? before;
  const files: ValuesFile[] = [];
  for (const path of paths) {
    const content = await readInput(path, 'the values file', maxValuesBytes, context);
    files.push({ path: relative(root, await realpath(path)).replaceAll(sep, '/'), content });
  }
  return files;
}

/** To check a lock no registry is asked: a tag may move without making the lock wrong. */
function resolverOf({ config, flags, previous }: LockRequest, context: Context): LockOptions['resolve'] {
  const stated = lockedDigests(config.images ?? []);
  const before = lockedDigests(previous?.images ?? []);
  const ask = registryResolver(registryOptions(flags, context), context.signal);
  return async (image) => {
    const known = stated(image);
    if (known !== undefined) return known;
    if (flags.check === true) return before(image);
    return flags.resolve === false ? undefined : ask(image);
  };
}

function untrackedFiles(paths: readonly string[]): readonly LockWarning[] {
  if (paths.length === 0) return [];
  const [first = '', ...others] = paths;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [
    {
      code: 'FILES_UNTRACKED',
      message: `${first}${more} of the package ${others.length === 0 ? 'is' : 'are'} not known to Git, and was left out`,
      hint: 'Add what belongs to the package: git add.',
    },
  ];
}

function plainPath(from: string): string {
  return from.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.';
}
