import type { ImageValues } from '@release-capsule/schema';
import type { Tree } from './image-packages.ts';

const deployment = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: ${name}, image: ${image}}]}
`;

const testHook = `apiVersion: v1
kind: Pod
metadata: {name: test, annotations: {helm.sh/hook: test}}
spec: {restartPolicy: Never, containers: [{name: wget, image: busybox}]}
`;

function chart(values: string, templates: Tree): Tree {
  return {
    'Chart.yaml': 'apiVersion: v2\nname: podinfo\nversion: 6.9.2\nappVersion: 6.9.2\n',
    'values.yaml': values,
    'templates/test.yaml': testHook,
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}.yaml`, text])),
  };
}

/** A chart, how it calls the application's image, and which values set it. */
export interface ChartToLock {
  readonly tree: Tree;
  readonly name: string;
  readonly values: ImageValues;
}

const pair = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"';
const withDigest =
  '"{{ .Values.image.repository }}{{ with .Values.image.tag }}:{{ . }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"';
const digestAlone = '"{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag }}{{ end }}"';
const inRegistry = (image: string): string =>
  `"{{ .Values.global.imageRegistry | default .Values.${image}.registry }}/{{ .Values.${image}.repository }}:{{ .Values.${image}.tag }}"`;
const printed = '{{ printf "%s/%s:%s" .Values.hub .Values.app.name .Values.app.version | quote }}';

const cache = deployment('cache', 'redis:7.4');

/** Charts that put the name of an image together in the usual ways, each beside an image of others. */
export const chartsToLock: Readonly<Record<string, ChartToLock>> = {
  'repository and tag': {
    tree: chart('image: {repository: stefanprodan/podinfo, tag: 6.9.2}\n', { app: deployment('app', pair), cache }),
    name: 'stefanprodan/podinfo',
    values: { repository: 'image.repository', tag: 'image.tag' },
  },
  'a tag that is the version of the chart': {
    tree: chart('image: {repository: stefanprodan/podinfo, tag: ""}\n', { app: deployment('app', pair), cache }),
    name: 'stefanprodan/podinfo',
    values: { repository: 'image.repository', tag: 'image.tag' },
  },
  'a digest beside the tag': {
    tree: chart('image: {repository: stefanprodan/podinfo, tag: "1", digest: ""}\n', { app: deployment('app', withDigest), cache }),
    name: 'stefanprodan/podinfo',
    values: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' },
  },
  'a digest in the place of the tag': {
    tree: chart('image: {repository: stefanprodan/podinfo, tag: "1", digest: ""}\n', { app: deployment('app', digestAlone), cache }),
    name: 'stefanprodan/podinfo',
    values: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' },
  },
  'a digest that it never uses': {
    tree: chart('image: {repository: stefanprodan/podinfo, tag: "1", digest: ""}\n', { app: deployment('app', pair), cache }),
    name: 'stefanprodan/podinfo',
    values: { repository: 'image.repository', tag: 'image.tag' },
  },
  'a registry that may be global': {
    tree: chart(
      [
        'global: {imageRegistry: ""}',
        'image: {registry: docker.io, repository: stefanprodan/podinfo, tag: "1"}',
        'proxy: {registry: quay.io, repository: acme/proxy, tag: "2"}\n',
      ].join('\n'),
      { app: deployment('app', inRegistry('image')), proxy: deployment('proxy', inRegistry('proxy')) },
    ),
    name: 'docker.io/stefanprodan/podinfo',
    values: { registry: 'image.registry', repository: 'image.repository', tag: 'image.tag' },
  },
  'keys that say nothing of an image': {
    tree: chart('hub: ghcr.io/stefanprodan\napp: {name: podinfo, version: "1"}\n', { app: deployment('app', printed), cache }),
    name: 'ghcr.io/stefanprodan/podinfo',
    values: { registry: 'hub', repository: 'app.name', tag: 'app.version' },
  },
  'the image whole, in two places': {
    tree: chart('podinfo: {image: "stefanprodan/podinfo:1"}\n', {
      app: deployment('app', '{{ .Values.podinfo.image }}'),
      worker: deployment('worker', '{{ .Values.podinfo.image | quote }}'),
    }),
    name: 'stefanprodan/podinfo',
    values: { image: 'podinfo.image' },
  },
};

const twice = ['image: {repository: stefanprodan/podinfo, tag: "1"}', 'worker: {image: {repository: stefanprodan/podinfo, tag: "1"}}'];

/** Charts in which no values set the application's image everywhere and alone. */
export const chartsWithoutValues: Readonly<Record<string, Tree>> = {
  'the image written into a template': chart('replicas: 1\n', { app: deployment('app', 'stefanprodan/podinfo:6.9.2'), cache }),
  'a registry that is of all images': chart(
    'global: {imageRegistry: docker.io}\nimage: {repository: stefanprodan/podinfo, tag: "1"}\nproxy: {repository: acme/proxy, tag: "2"}\n',
    {
      app: deployment('app', '"{{ .Values.global.imageRegistry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'),
      proxy: deployment('proxy', '"{{ .Values.global.imageRegistry }}/{{ .Values.proxy.repository }}:{{ .Values.proxy.tag }}"'),
    },
  ),
  'a tag that is a label, too': chart('image: {repository: stefanprodan/podinfo, tag: "1"}\n', {
    app: deployment('app', pair).replace('labels: {app: app}', 'labels: {version: "{{ .Values.image.tag }}"}'),
  }),
  'two pairs of values for it': chart(`${twice.join('\n')}\n`, {
    app: deployment('app', pair),
    worker: deployment('worker', '"{{ .Values.worker.image.repository }}:{{ .Values.worker.image.tag }}"'),
  }),
};

/** A chart that renders only with a value that a deployment gives. */
export const demandingChart: Tree = chart('image: {repository: stefanprodan/podinfo, tag: 6.9.2}\n', {
  app: `{{ required "host is needed" .Values.host }}\n${deployment('app', pair)}`,
});

const debug = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {template: {spec: {containers: [{name: debug, image: "busybox:1.37"}]}}}
`;

/** A kustomize package whose two overlays and component bring images of their own. */
export const kustomizePackageToLock: Tree = {
  'base/kustomization.yaml': 'resources: [app.yaml]\nimages: [{name: podinfo, newName: stefanprodan/podinfo, newTag: 6.9.2}]\n',
  'base/app.yaml': deployment('app', 'podinfo'),
  'overlays/staging/kustomization.yaml': 'resources: [../../base, cache.yaml]\n',
  'overlays/staging/cache.yaml': cache,
  'overlays/production/kustomization.yaml': 'resources: [../../base, proxy.yaml]\n',
  'overlays/production/proxy.yaml': deployment('proxy', `quay.io/acme/proxy@sha256:${'7'.repeat(64)}`),
  'components/debug/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: debug.yaml}]\n',
  'components/debug/debug.yaml': debug,
};

/** A kustomization that inflates a chart of its own. */
export const inflatingPackage: Tree = {
  'kustomization.yaml': 'helmCharts: [{name: podinfo, releaseName: podinfo}]\n',
  ...Object.fromEntries(
    Object.entries(chartsToLock['repository and tag']?.tree ?? {}).map(([path, text]) => [`charts/podinfo/${path}`, text]),
  ),
};
