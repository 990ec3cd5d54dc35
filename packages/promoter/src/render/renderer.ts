/** What to render, and for which cluster. */
export interface RenderRequest {
  /** Absolute path of the directory with the kustomization, or of the chart. Its package is self-contained. */
  readonly directory: string;
  /** The version of Kubernetes that a chart is told of. */
  readonly kubeVersion: string;
  /** API versions beside the built-in ones that a chart is told of: `monitoring.coreos.com/v1`. */
  readonly apiVersions?: readonly string[] | undefined;
  /** Absolute paths of a chart's values files; a later one counts more. */
  readonly values?: readonly string[] | undefined;
  /** The name of a chart's release. */
  readonly releaseName?: string | undefined;
  readonly namespace?: string | undefined;
  /** Whether a kustomization inflates charts, for which Helm is needed. */
  readonly inflatesCharts?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a program has rendered: a stream of YAML documents. */
export interface RenderedText {
  readonly text: string;
}

/** A program that makes Kubernetes objects of a package. */
export interface Renderer {
  readonly name: RendererName;
  /** As the program says it, without a leading `v`. */
  readonly version: string;
  /**
   * Renders one directory. The program gets no environment, no plugins and no home of the user's.
   * @throws {PromoteError} `RENDER_FAILED`, `RENDER_LIMIT`, `RENDERER_UNAVAILABLE`.
   */
  render(request: RenderRequest): Promise<RenderedText>;
}

export type RendererName = 'kustomize' | 'helm';
