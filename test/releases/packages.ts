import { createHash } from 'node:crypto';
import type { Files } from './git-repository.ts';

/** Bytes that do not compress, and are the same on every run. */
export function noise(bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, at) => createHash('sha256').update(`noise ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

/** A chart with a vendored dependency at its locked version, and CRDs of more than a megabyte. */
export function chart(): Files {
  const dependencies = 'dependencies:\n  - {name: cache, version: 0.1.0, repository: "https://charts.example.com"}\n';
  return {
    'chart/Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.2.3\n${dependencies}`,
    'chart/Chart.lock': `${dependencies}digest: sha256:0\ngenerated: "2026-03-04T05:06:07Z"\n`,
    'chart/values.yaml': 'replicas: 2\nimage: {repository: ghcr.io/example/app, tag: ""}\n',
    'chart/templates/deployment.yaml': 'spec: {replicas: {{ .Values.replicas }}, image: "{{ .Values.image.repository }}"}\n',
    'chart/templates/_names.tpl': '{{ define "name" }}web{{ end }}\n',
    'chart/charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 0.1.0\n',
    'chart/charts/cache/templates/service.yaml': 'kind: Service\n',
    'chart/crds/things.yaml': customResourceDefinition(1_400_000),
  };
}

/** A definition as controller generators write them: a deep schema with long descriptions. */
export function customResourceDefinition(bytes: number): string {
  const lines = ['apiVersion: apiextensions.k8s.io/v1', 'kind: CustomResourceDefinition', 'metadata:', '  name: things', 'spec:', ''];
  let text = lines.join('\n');
  for (let field = 0; text.length < bytes; field += 1) {
    text += `    field${field}:\n      description: ${noise(60 + (field % 40)).toString('base64')} é\n      type: string\n`;
  }
  return text;
}
