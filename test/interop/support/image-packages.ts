import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of a package by their paths. */
export type Tree = Readonly<Record<string, string>>;

/** Writes a package into a directory. */
export function writeTree(directory: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

const app = 'stefanprodan/podinfo';

const deployment = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: podinfo
  creationTimestamp: null
spec:
  selector: {matchLabels: {app: podinfo}}
  template:
    metadata:
      labels: {app: podinfo}
      annotations: {prometheus.io/port: "9797"}
    spec:
      volumes:
        - name: data
          emptyDir: {}
        - name: models
          image: {reference: "${app}:models", pullPolicy: IfNotPresent}
      initContainers:
        - name: prepare
          image: "${app}:6.9.2"
          command: [sh, -c, "true"]
        - name: wait
          image: busybox:1.37
      containers:
        - name: podinfo
          image: ${image}
          env:
            - {name: SIDECAR_IMAGE, value: "${app}:6.9.2"}
            - name: SCRIPT
              value: >
                first
                  more
                last
`;

const cronJob = `apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: clean, image: '${app}:6.9.2', args: ["--all"]}]
`;

const pods = ['one', 'two'].map((namespace) => `apiVersion: v1
kind: Pod
metadata: {name: same, namespace: ${namespace}}
spec:
  containers: [{name: a, image: ${app}}]
  ephemeralContainers: [{name: debug, image: "${app}:debug", targetContainerName: a}]
`).join('---\n');

const resources = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main}
spec: {image: "${app}:prometheus", containers: [{name: more, image: quay.io/acme/more:1}]}
---
apiVersion: acme.example/v1
kind: Widget
metadata: {name: widget}
spec:
  image: ${app}:of-no-known-field
  pools:
    - name: a
      template: {spec: {containers: [{name: a, image: ${app}:6.9.2}]}}
`;

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  template.yaml: |
    containers:
      - image: ${app}:6.9.2
`;

/** A package like podinfo's, with images in every place that Kubernetes and well-known operators have for them. */
export const kustomizePackage: Tree = {
  'kustomization.yaml': `resources: [base, cron-job.yaml, pods.yaml, resources.yaml, config-map.yaml]
labels: [{pairs: {part-of: shop}}]
`,
  'base/kustomization.yaml': 'resources: [deployment.yaml]\nimages: [{name: podinfo, newName: stefanprodan/podinfo, newTag: 6.9.2}]\n',
  'base/deployment.yaml': deployment('podinfo:latest'),
  'cron-job.yaml': cronJob,
  'pods.yaml': pods,
  'resources.yaml': resources,
  'config-map.yaml': configMap,
};

const hook = `apiVersion: batch/v1
kind: Job
metadata:
  generateName: migrate-
  annotations: {helm.sh/hook: pre-upgrade}
spec:
  template:
    spec:
      restartPolicy: Never
      volumes: []
      containers:
        - name: migrate
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          args: [null]
`;

function chart(values: string, templates: Tree): Tree {
  const files = Object.entries(templates).map(([name, content]) => [`templates/${name}`, content]);
  return {
    'Chart.yaml': 'apiVersion: v2\nname: podinfo\nversion: 6.9.2\nappVersion: 6.9.2\n',
    'values.yaml': values,
    ...Object.fromEntries(files),
  };
}

/** A chart, and the names by which it calls the application's images. */
export interface ImageChart {
  readonly tree: Tree;
  readonly names: readonly string[];
  /** The values that the application's image is put together from. */
  readonly values: Readonly<Record<string, string>>;
}

const digest = `sha256:${'0'.repeat(64)}`;
const pair = '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"';
const pairOrDigest = `{{ with .Values.image }}"{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}"{{ end }}`;
const registry =
  '"{{ .Values.global.imageRegistry | default .Values.image.registry }}/{{ with .Values.image }}{{ .repository }}:{{ .tag }}{{ end }}"';
const parts = { repository: 'image.repository', tag: 'image.tag' };

/** Charts that put the name of an image together in the usual ways. */
export const charts: Readonly<Record<string, ImageChart>> = {
  'repository and tag': {
    tree: chart(`image: {repository: ${app}, tag: 6.9.2}\n`, {
      'deployment.yaml': deployment(pair),
      'hook.yaml': hook,
      'cron-job.yaml': cronJob,
    }),
    names: [app],
    values: parts,
  },
  'a digest in the place of the tag': {
    tree: chart(`image: {repository: ${app}, tag: "", digest: "${digest}"}\n`, {
      'deployment.yaml': deployment(pairOrDigest),
      'pods.yaml': pods,
    }),
    names: [app],
    values: { ...parts, digest: 'image.digest' },
  },
  'a registry that is global': {
    tree: chart(`global: {imageRegistry: ""}\nimage: {registry: docker.io, repository: acme/web, tag: "1"}\n`, {
      'deployment.yaml': deployment(registry),
      'resources.yaml': resources,
    }),
    names: ['docker.io/acme/web', app],
    values: { ...parts, registry: 'image.registry' },
  },
  'the image whole': {
    tree: chart('image: acme/web:1\n', { 'deployment.yaml': deployment('{{ .Values.image }}'), 'config-map.yaml': configMap }),
    names: ['acme/web', app],
    values: { image: 'image' },
  },
};

/** A chart whose rendered text uses the image for a label too, by an anchor. */
export const sharedAnchor: Tree = chart('image: acme/web:1\n', {
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: a, labels: {version: &image "{{ .Values.image }}"}}
spec: {containers: [{name: a, image: *image}]}
`,
});
