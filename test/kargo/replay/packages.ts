import type { ImageValues } from '@release-capsule/schema';
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

/** How a chart takes its image: as one value, or in parts. */
export type ChartForm = 'one value' | 'repository and digest' | 'repository and tag' | 'registry, repository and tag' | 'all parts';

interface ChartImage {
  /** The value `image` as the chart has it. */
  readonly value: string;
  readonly template: string;
  /** What a release records of it. */
  readonly paths: ImageValues;
}

/** The forms of real charts, `helm create` and podinfo among them. */
export const chartForms: Readonly<Record<ChartForm, ChartImage>> = {
  'one value': { value: 'to-be-set', template: '{{ .Values.image | quote }}', paths: { image: 'image' } },
  'repository and digest': {
    value: '{repository: to-be-set, digest: to-be-set}',
    template: '"{{ .Values.image.repository }}@{{ .Values.image.digest }}"',
    paths: { repository: 'image.repository', digest: 'image.digest' },
  },
  'repository and tag': {
    value: '{repository: to-be-set, tag: ""}',
    template: '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
    paths: { repository: 'image.repository', tag: 'image.tag' },
  },
  'registry, repository and tag': {
    value: '{registry: docker.io, repository: to-be-set, tag: latest}',
    template: '{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}',
    paths: { registry: 'image.registry', repository: 'image.repository', tag: 'image.tag' },
  },
  'all parts': {
    value: '{repository: to-be-set, tag: latest, digest: ""}',
    template: '"{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"',
    paths: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' },
  },
};

/** A chart that takes its image, and what else the values files of a deployment say. */
export function helmPackage(name: string, form: ChartForm = 'one value'): Files {
  const { value, template } = chartForms[form];
  return {
    [`${packagePaths.helm}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    [`${packagePaths.helm}/values.yaml`]: `image: ${value}\nautoscaling: {maxReplicas: 1}\n`,
    [`${packagePaths.helm}/templates/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-${name}, namespace: {{ .Release.Namespace }}}
spec:
  replicas: {{ .Values.autoscaling.maxReplicas }}
  template: {spec: {containers: [{name: main, image: ${template}}]}}
`,
    [`${packagePaths.helm}/templates/values.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-values}
data: {values: {{ omit .Values "global" | toJson | quote }}}
`,
  };
}
