import type { Files } from '../../releases/git-repository.ts';

/** Where the packages of these replays lie in the source repository. */
export const packagePaths = { kustomize: 'k8s/kustomize', helm: 'k8s/helm' } as const;

/** What the Deployment of a package is called: overlays patch it by these names. */
export interface DeploymentNames {
  readonly deployment: string;
  readonly container: string;
  /** The image as the package writes it, for a deployment to replace. */
  readonly image: string;
}

/** A package that other Kustomizations build on. */
export function kustomizePackage({ deployment, container, image }: DeploymentNames): Files {
  const containers = `[{name: ${container}, image: ${image}, resources: {requests: {cpu: 100m, memory: 1Gi}}}]`;
  return {
    [`${packagePaths.kustomize}/base/kustomization.yaml`]: 'resources: [deployment.yaml, config.yaml]\n',
    [`${packagePaths.kustomize}/base/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${deployment}}
spec:
  selector: {matchLabels: {app: ${deployment}}}
  template:
    metadata: {labels: {app: ${deployment}}}
    spec: {containers: ${containers}}
`,
    [`${packagePaths.kustomize}/base/config.yaml`]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n',
  };
}

/** How a chart takes its image: as one value, or repository and digest apart. */
export type ImageValues = 'one' | 'two';

const imageTemplates: Readonly<Record<ImageValues, string>> = {
  one: '{{ .Values.image | quote }}',
  two: '"{{ .Values.image.repository }}@{{ .Values.image.digest }}"',
};

/** A chart that takes its image, and what else the values files of a deployment say. */
export function helmPackage(name: string, imageValues: ImageValues = 'one'): Files {
  const image = imageValues === 'one' ? 'to-be-set' : '{repository: to-be-set, digest: to-be-set}';
  return {
    [`${packagePaths.helm}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    [`${packagePaths.helm}/values.yaml`]: `image: ${image}\nautoscaling: {maxReplicas: 1}\n`,
    [`${packagePaths.helm}/templates/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-${name}, namespace: {{ .Release.Namespace }}}
spec:
  replicas: {{ .Values.autoscaling.maxReplicas }}
  template: {spec: {containers: [{name: main, image: ${imageTemplates[imageValues]}}]}}
`,
    [`${packagePaths.helm}/templates/values.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-values}
data: {values: {{ omit .Values "global" | toJson | quote }}}
`,
  };
}
