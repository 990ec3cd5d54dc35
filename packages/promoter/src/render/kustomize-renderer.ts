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
  const charts = request.inflatesCharts === true ? chartArguments(request, helm) : [];
  const restricted = ['--load-restrictor', 'LoadRestrictionsRootOnly'];
  const result = await program.run(['build', request.directory, ...restricted, ...charts], request.signal);
  return { text: renderedText('kustomize', result) };
}

function chartArguments({ kubeVersion, apiVersions = [] }: RenderRequest, helm: HelmRenderer | undefined): readonly string[] {
  if (helm === undefined) throw unavailable('helm', 'a kustomization inflates a chart, and Helm is missing');
  const versions = apiVersions.flatMap((version) => ['--helm-api-versions', version]);
  return ['--enable-helm', '--helm-command', helm.path, '--helm-kube-version', kubeVersion, ...versions];
}
