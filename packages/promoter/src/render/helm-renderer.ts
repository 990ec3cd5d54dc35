import { type OpenedProgram, openProgram, type OpenRendererOptions, renderedText } from './open-program.ts';
import type { RenderedText, Renderer, RenderRequest } from './renderer.ts';

/** Helm: renders a chart without a cluster, and without its test hooks. */
export interface HelmRenderer extends Renderer {
  readonly name: 'helm';
  /** The absolute path of the program. */
  readonly path: string;
}

/**
 * Finds Helm, by the path that is given or on the search path.
 * @throws {PromoteError} `RENDERER_UNAVAILABLE`.
 */
export async function openHelm(options: OpenRendererOptions): Promise<HelmRenderer> {
  const program = await openProgram('helm', options);
  const { path, version } = program;
  return { name: 'helm', path, version, render: (request) => render(program, request) };
}

async function render(program: OpenedProgram, request: RenderRequest): Promise<RenderedText> {
  const result = await program.run(templateArguments(request), request.signal);
  return { text: renderedText('helm', result) };
}

function templateArguments(request: RenderRequest): readonly string[] {
  const { directory, kubeVersion, apiVersions = [], values = [], releaseName = 'release', namespace } = request;
  return [
    'template',
    releaseName,
    directory,
    '--include-crds',
    '--skip-tests',
    '--kube-version',
    kubeVersion,
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ...values.flatMap((path) => ['--values', path]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
  ];
}
