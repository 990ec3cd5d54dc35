import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PromoteError } from '../errors.ts';
import type { Renderer, RenderRequest } from '../render/renderer.ts';
import type { RenderedFiles } from '../render/write-package.ts';
import { type KustomizeEntries, kustomizeEntries } from './kustomize-entries.ts';
import type { LockWarning } from './lock-options.ts';

/** What a package renders to. */
export interface RenderedPackage {
  readonly texts: readonly string[];
  readonly inflatesCharts: boolean;
  readonly warnings: readonly LockWarning[];
}

/** How a kustomize package is rendered. */
export type RenderKustomizeOptions = Pick<RenderRequest, 'kubeVersion' | 'apiVersions' | 'signal'> & {
  /** Where the package was written to. */
  readonly root: string;
  readonly entry?: string | undefined;
};

/**
 * Renders every kustomization of a package at least once: each directory that nothing refers to, and each component that
 * nothing refers to on top of one of those that takes it.
 * @throws {PromoteError} `RENDER_FAILED`, `RENDER_LIMIT`, `RENDERER_UNAVAILABLE`, `LIMIT_EXCEEDED`.
 */
export async function renderKustomize(
  files: RenderedFiles,
  kustomize: Renderer,
  { root, entry, ...request }: RenderKustomizeOptions,
): Promise<RenderedPackage> {
  const entries = await kustomizeEntries(files);
  const { inflatesCharts } = entries;
  if (entry !== undefined && !entries.all.includes(entry)) throw noEntry(entry, entries.all);
  const render = async (directory: string): Promise<string> =>
    (await kustomize.render({ ...request, inflatesCharts, directory })).text;
  const directories = entry === undefined ? entries.directories : [entry];
  const texts: string[] = [];
  for (const directory of directories) texts.push(await render(join(root, directory)));
  const components = entry === undefined ? await renderComponents(entries, { root, render }) : { texts: [], warnings: [] };
  return { texts: [...texts, ...components.texts], inflatesCharts, warnings: components.warnings };
}

function noEntry(entry: string, all: readonly string[]): PromoteError {
  return new PromoteError('RENDER_FAILED', `the package has no kustomization in ${JSON.stringify(entry)}`, {
    hint: `Name one of its directories: ${all.slice(0, maxShown).join(', ')}.`,
  });
}

const maxShown = 10; // a message is read by people

interface ComponentsOptions {
  readonly root: string;
  readonly render: (directory: string) => Promise<string>;
}

async function renderComponents(
  { directories, components }: KustomizeEntries,
  { root, render }: ComponentsOptions,
): Promise<Pick<RenderedPackage, 'texts' | 'warnings'>> {
  const texts: string[] = [];
  const warnings: LockWarning[] = [];
  for (const component of components) {
    const rendered = await renderComponent(component, directories, async (resource) => {
      const directory = join(root, randomUUID()); // in the copy of the package, so that paths lead nowhere else
      await mkdir(directory);
      const wrapper = { resources: [`../${resource}`], components: [`../${component}`] };
      await writeFile(join(directory, 'kustomization.yaml'), JSON.stringify(wrapper));
      return render(directory);
    });
    if (typeof rendered === 'string') texts.push(rendered);
    else warnings.push(rendered);
  }
  return { texts, warnings };
}

/** A component may change only what one of the bases has. */
async function renderComponent(
  component: string,
  bases: readonly string[],
  render: (base: string) => Promise<string>,
): Promise<string | LockWarning> {
  let refusal = 'no base is there that it could change';
  for (const base of bases.filter((directory) => directory !== '.')) {
    try {
      return await render(base);
    } catch (error) {
      if (!(error instanceof PromoteError) || error.code !== 'RENDER_FAILED') throw error;
      refusal = error.message;
    }
  }
  return {
    code: 'COMPONENT_NOT_RENDERED',
    message: `the component ${component} was not rendered: ${refusal}`,
    hint: 'Images that only this component adds are not in the lock, unless its files show them.',
  };
}
