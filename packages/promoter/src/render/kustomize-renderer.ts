import { PromoteError } from '../errors.ts';
import type { HelmRenderer } from './helm-renderer.ts';
import { type OpenedProgram, openProgram, type OpenRendererOptions, renderedText } from './open-program.ts';
import { unavailable } from './program-version.ts';
import type { RenderedText, Renderer, RenderRequest } from './renderer.ts';

/** How kustomize is opened. */
export interface OpenKustomizeOptions extends OpenRendererOptions {
  /** Renders the charts that a kustomization inflates. */
  readonly helm?: HelmRenderer | undefined;
}

/**
 * Finds kustomize, by the path that is given or on the search path.
 * @throws {PromoteError} `RENDERER_UNAVAILABLE`.
 */
export async function openKustomize(options: OpenKustomizeOptions): Promise<Renderer> {
  const program = await openProgram('kustomize', options);
  return { name: 'kustomize', version: program.version, render: (request) => render(program, request, options.helm) };
}

async function render(program: OpenedProgram, request: RenderRequest, helm?: HelmRenderer): Promise<RenderedText> {
  const charts = request.inflatesCharts === true ? chartArguments(request, program, helm) : [];
  const restricted = ['--load-restrictor', 'LoadRestrictionsRootOnly'];
  const result = await program.run(['build', request.directory, ...restricted, ...charts], request.signal);
  return { text: renderedText('kustomize', result) };
}

function chartArguments(
  { kubeVersion, apiVersions = [] }: RenderRequest,
  { version }: OpenedProgram,
  helm: HelmRenderer | undefined,
): readonly string[] {
  if (helm === undefined) throw unavailable('helm', 'a kustomization inflates a chart, and Helm is missing');
  // It asks Helm for its version with an option that Helm 4 does not have.
  if (version.startsWith('5.7.') && !helm.version.startsWith('3.')) {
    const why = `a kustomization inflates a chart, and kustomize ${version} cannot run Helm ${helm.version}`;
    throw new PromoteError('RENDERER_UNAVAILABLE', why, {
      hint: 'Use kustomize 5.8 or newer, or Helm 3.',
    });
  }
  const versions = apiVersions.flatMap((apiVersion) => ['--helm-api-versions', apiVersion]);
  return ['--enable-helm', '--helm-command', helm.path, '--helm-kube-version', kubeVersion, ...versions];
}
