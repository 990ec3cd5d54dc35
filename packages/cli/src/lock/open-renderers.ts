import { resolve } from 'node:path';
import { type HelmRenderer, openHelm, openKustomize, PromoteError, type Renderer } from '@release-capsule/promoter';
import type { PackageKind } from '@release-capsule/schema';
import type { Context } from '../context.ts';
import type { LockFlags } from './lock-flags.ts';

/** The programs at hand, and why the one for the package is not. */
export interface OpenedRenderers {
  readonly kustomize?: Renderer | undefined;
  readonly helm?: HelmRenderer | undefined;
  readonly whyNot?: PromoteError | undefined;
}

/**
 * Finds the programs for a kind of package: those that options name have to be there, others may be missing.
 * @throws {PromoteError} `RENDERER_UNAVAILABLE`.
 */
export async function openRenderers(
  kind: PackageKind,
  flags: Pick<LockFlags, 'kustomize' | 'helm'>,
  context: Context,
): Promise<OpenedRenderers> {
  const { env, cwd, temporaryDirectory, signal } = context;
  const options = (given: string | undefined) =>
    ({ given: given === undefined ? undefined : resolve(cwd, given), searchPath: env['PATH'], temporaryDirectory, signal }) as const;
  const helm = await orMissing(openHelm(options(flags.helm)), flags.helm);
  if (kind === 'helm') return helm instanceof PromoteError ? { whyNot: helm } : { helm };
  const forCharts = helm instanceof PromoteError ? undefined : helm;
  const kustomize = await orMissing(openKustomize({ ...options(flags.kustomize), helm: forCharts }), flags.kustomize);
  return kustomize instanceof PromoteError ? { helm: forCharts, whyNot: kustomize } : { helm: forCharts, kustomize };
}

async function orMissing<Opened>(opening: Promise<Opened>, given: string | undefined): Promise<Opened | PromoteError> {
  try {
    return await opening;
  } catch (error) {
    if (given === undefined && error instanceof PromoteError && error.code === 'RENDERER_UNAVAILABLE') return error;
    throw error;
  }
}
