import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '@release-capsule/oci';
import type { FoundImage } from '@release-capsule/schema';
import type { Renderer, RenderRequest } from '../render/renderer.ts';
import { imagesInTexts } from './found-images.ts';
import type { ValuesFile } from './lock-options.ts';

/** How a chart is rendered. */
export type RenderChartOptions = Pick<RenderRequest, 'kubeVersion' | 'apiVersions' | 'signal'> & {
  /** Where the chart was written to. */
  readonly root: string;
  readonly values: readonly ValuesFile[];
  /** A directory for files of values, outside the chart. */
  readonly valuesDirectory: string;
};

/** Renders a chart with values that count more than its own; none is its defaults. */
export type RenderChart = (values?: object) => Promise<RenderedChart>;

/** A chart that was rendered, and the images in it. */
export interface RenderedChart {
  readonly text: string;
  readonly found: readonly FoundImage[];
}

/** Makes what renders a chart, over and over, with the values files that are given. */
export async function chartRendering(helm: Renderer, options: RenderChartOptions): Promise<RenderChart> {
  const { root, values, valuesDirectory, ...request } = options;
  await makeDirectory(valuesDirectory);
  const write = async (content: Uint8Array | string): Promise<string> => {
    const path = join(valuesDirectory, `${randomUUID()}.yaml`);
    await writeFile(path, content);
    return path;
  };
  const given = await Promise.all(values.map(({ content }) => write(content)));
  return async (more) => {
    const paths = more === undefined ? given : [...given, await write(JSON.stringify(more))];
    const { text } = await helm.render({ ...request, directory: root, values: paths });
    return { text, found: imagesInTexts([text]) };
  };
}
