import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FoundImage,
  imageNamesIn,
  type ImageNaming,
  type ImageValues,
  type LockRendering,
  maxImageNames,
  type NamedImages,
} from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { PromoteError } from '../errors.ts';
import type { Renderer } from '../render/renderer.ts';
import { assertSelfContained, type RenderedFiles, writePackage } from '../render/write-package.ts';
import { chooseApplication } from './choose-application.ts';
import { imagesInTexts, runImages, shownImages, unreadableImages } from './found-images.ts';
import { defaultKubeVersion, type LockedPackage, type LockOptions, lockOptionsShape, type LockWarning } from './lock-options.ts';
import { lockOthers } from './lock-others.ts';
import { findValues, type ProbedChart } from './probe-values.ts';
import { chartRendering, type RenderChart } from './render-chart.ts';
import { renderKustomize } from './render-kustomize.ts';
import { valueLeaves } from './value-leaves.ts';

/**
 * Finds out which images a package runs, by rendering it: by which names it calls the application's, which values of a
 * chart set that one, and the digest of every other. Where nothing can be rendered, the package's bytes have to show it.
 * The same package, programs and digests give the same lock.
 * @throws {PromoteError} `OPTION_INVALID`, `REFERENCE_OUTSIDE`, `RENDER_FAILED`, `RENDER_LIMIT`, `RENDERER_UNAVAILABLE`, `IMAGE_UNDECIDED`,
 * `LIMIT_EXCEEDED`; {SchemaError} `YAML_INVALID`, `YAML_TOO_LARGE`, `LIMIT_EXCEEDED`; what `resolve` throws.
 */
export async function lockImages(files: RenderedFiles, options: LockOptions): Promise<LockedPackage> {
  assertArguments({ files: { paths: 'texts', read: 'function' }, options: lockOptionsShape }, { files, options });
  const isClosed = await assertSelfContained(files, options.allow?.references ?? []);
  const shown = await imageNamesIn({ kind: options.kind, paths: files.paths, read: (path) => files.read(path) });
  const directory = await mkdtemp(join(options.temporaryDirectory ?? tmpdir(), 'lock-'));
  try {
    const seen = isClosed ? await render(files, directory, options) : notRendered(openPackage);
    return await lockSeen(seen, shown, { files, options });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What was seen of a package by rendering it. */
interface Seen {
  /** Undefined where nothing was rendered. */
  readonly found: readonly FoundImage[] | undefined;
  readonly chart?: RenderChart | undefined;
  readonly rendered?: LockRendering | undefined;
  readonly warnings: readonly LockWarning[];
}

async function render(files: RenderedFiles, directory: string, options: LockOptions): Promise<Seen> {
  const { kind, renderers = {}, kubeVersion = defaultKubeVersion, apiVersions, signal, entry } = options;
  const renderer = renderers[kind];
  if (renderer === undefined) return notRendered(options.whyNotRendered ?? `${kind} is not installed here`);
  const root = join(directory, 'package');
  await writePackage(files, root);
  const request = { root, kubeVersion, apiVersions, signal };
  if (kind === 'helm') return renderChart(renderer, { ...request, directory, values: options.values ?? [] });
  const result = await renderKustomize(files, renderer, { ...request, entry }).catch(missingHelm);
  if (typeof result === 'string') return notRendered(result);
  const { texts, inflatesCharts, warnings } = result;
  if (texts.length === 0) return notRendered('it has no kustomization that can be rendered alone', warnings);
  const helm = inflatesCharts && renderers.helm !== undefined ? { helm: renderers.helm.version } : {};
  const rendered = { by: { kustomize: renderer.version, ...helm }, ...(inflatesCharts && { kubeVersion }) };
  return { found: imagesInTexts(texts), rendered, warnings };
}

function missingHelm(error: unknown): string {
  if (error instanceof PromoteError && error.code === 'RENDERER_UNAVAILABLE') return error.message;
  throw error;
}

async function renderChart(
  helm: Renderer,
  { directory, ...options }: Omit<Parameters<typeof chartRendering>[1], 'valuesDirectory'> & { readonly directory: string },
): Promise<Seen> {
  const chart = await chartRendering(helm, { ...options, valuesDirectory: join(directory, 'values') });
  const { kubeVersion, values } = options;
  try {
    const { found } = await chart();
    const given = values.length === 0 ? {} : { values: values.map(({ path }) => path) };
    return { found, chart, rendered: { by: { helm: helm.version }, kubeVersion, ...given }, warnings: [] };
  } catch (error) {
    // Many a chart has a value that only a deployment can know.
    if (error instanceof PromoteError && error.code === 'RENDER_FAILED') return notRendered(error.message);
    throw error;
  }
}

async function lockSeen(
  { found, chart, rendered, warnings }: Seen,
  shown: NamedImages,
  { files, options }: { readonly files: RenderedFiles; readonly options: LockOptions },
): Promise<LockedPackage> {
  const { application, resolve, signal } = options;
  const fromBytes = shownImages(shown);
  const images = found === undefined ? fromBytes : runImages(found);
  const chosen = application && (await chooseApplication(images, { ...options, application, shown: fromBytes }));
  const probed = found !== undefined && chart !== undefined ? await probedChart({ found, chart, shown }, files, options) : undefined;
  const { values, warnings: ofValues } = await valuesOf(chosen?.names ?? [], probed, shown, options);
  const isProbed = probed !== undefined && application !== undefined;
  const others = await lockOthers(chosen?.others ?? images, { resolve, signal, taken: chosen?.names ?? [], isSeen: found !== undefined });
  const names = chosen?.names ?? [];
  if (names.length > maxImageNames) throw tooManyNames(names.length);
  const image = application && { repository: application.repository, names, ...(values !== undefined && { values }) };
  return {
    lock: {
      ...(image !== undefined && { image }),
      images: others.images,
      ...(rendered !== undefined && { rendered: { ...rendered, ...(isProbed && { probe: true }) } }),
    },
    warnings: [...warnings, ...unreadableImages(found ?? []), ...(chosen?.warnings ?? []), ...ofValues, ...others.warnings],
  };
}

async function probedChart(
  { found, chart, shown }: { readonly found: readonly FoundImage[]; readonly chart: RenderChart; readonly shown: NamedImages },
  files: RenderedFiles,
  { values = [] }: LockOptions,
): Promise<ProbedChart> {
  const own = files.paths.includes('values.yaml') ? [await files.read('values.yaml')] : [];
  return { found, shown, leaves: valueLeaves([...own, ...values.map(({ content }) => content)]), render: chart };
}

async function valuesOf(
  names: ImageNaming['names'],
  chart: ProbedChart | undefined,
  shown: NamedImages,
  { kind, application }: LockOptions,
): Promise<{ readonly values?: ImageValues | undefined; readonly warnings: readonly LockWarning[] }> {
  if (kind !== 'helm' || application === undefined) return { warnings: [] };
  const stated = application.values;
  if (chart === undefined) return { values: stated ?? onlyShown(names, shown), warnings: [] };
  const values = await findValues(chart, names, stated);
  return values === undefined ? { values: stated, warnings: [valuesUnknown(stated)] } : { values, warnings: [] };
}

/** What the bytes show counts where only one set of values can be meant. */
function onlyShown(names: ImageNaming['names'], { values }: NamedImages): ImageValues | undefined {
  const [only, ...more] = values.filter(({ image }) => names.some(({ name }) => name === image.name));
  return more.length === 0 ? only?.paths : undefined;
}

function tooManyNames(count: number): PromoteError {
  const what = `the package calls the application image by ${count} names, more than the ${maxImageNames} of a release`;
  return new PromoteError('LIMIT_EXCEEDED', what, {
    hint: 'Leave out what is not deployed, with include and exclude patterns.',
  });
}

function notRendered(why: string, more: readonly LockWarning[] = []): Seen {
  return {
    found: undefined,
    warnings: [
      ...more,
      {
        code: 'NOT_RENDERED',
        message: `the package was not rendered: ${why}`,
        hint: 'The lock has what the files of the package show, which may not be all. Give missing values, or install the program.',
      },
    ],
  };
}

const openPackage = 'it may refer to what it does not hold (allow.references), which a program would fetch';

function valuesUnknown(stated: ImageValues | undefined): LockWarning {
  const why = stated === undefined ? 'no values of the chart were found that set' : 'the values that are stated do not set';
  return {
    code: 'VALUES_UNKNOWN',
    message: `${why} the application's image everywhere, and no other`,
    hint: 'Give the chart a repository and a tag or digest for it, or state image.values in capsule.yaml.',
  };
}
