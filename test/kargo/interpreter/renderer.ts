/** What `helm-template` asks for. */
export interface HelmRelease {
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly valuesFiles: readonly string[];
  /** Pairs of key and value; a literal is never taken for another type. */
  readonly values: readonly { readonly key: string; readonly value: string; readonly isLiteral: boolean }[];
  readonly kubeVersion: string;
  /** Leaves out the hooks that are tests. */
  readonly skipTests: boolean;
}

/** The programs that Kargo has compiled in, as programs: each returns one stream of YAML documents. */
export interface Renderer {
  kustomizeBuild(directory: string): Promise<string>;
  helmTemplate(release: HelmRelease): Promise<string>;
}

/** Stands where there is neither kustomize nor Helm: a promotion that comes as far as rendering ends there. */
export const noRenderer: Renderer = {
  kustomizeBuild: () => Promise.reject(new Error('render reached: there is no kustomize here')),
  helmTemplate: () => Promise.reject(new Error('render reached: there is no helm here')),
};
