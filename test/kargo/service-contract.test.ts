import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { validate as validateRequest } from '../../packages/verifier/generated/verify-request.js';
import { workspaceRoot } from '../rules/source-files.ts';
import { type Manifest, readManifests, stepsOf, variablesOf } from './manifests/read-manifests.ts';

interface WebMetric {
  readonly metrics: readonly [{ readonly provider: { readonly web: { readonly jsonBody: unknown; readonly jsonPath: string } } }];
  readonly args: readonly { readonly name: string; readonly value?: string }[];
}

const manifests = ['release-capsule', 'analysis'].flatMap((name) => readManifests(join(workspaceRoot, 'deploy/kargo', name)));
const base = join(workspaceRoot, 'deploy/kubernetes/base');

function named(name: string): Manifest {
  const found = manifests.find((manifest) => manifest.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const task = named('capsule-verify');
const analysis = named('capsule-verified').object['spec'] as WebMetric;

describe('the address that Kargo asks', () => {
  const { name, namespace, port } = serviceAddress();

  test('is that of the Service in deploy/kubernetes', () => {
    const url = new URL(variablesOf(task).find((variable) => variable.name === 'verifyURL')?.value ?? '');
    expect(url.hostname).toBe(`${name}.${namespace}.svc.cluster.local`);
    expect(url.port === '' ? 80 : Number(url.port)).toBe(port);
    expect(url.pathname).toBe('/v1/verify');
  });

  test('is the same before and after a promotion', () => {
    const asked = analysis.args.find((argument) => argument.name === 'verifyURL')?.value;
    expect(asked).toBe(variablesOf(task).find((variable) => variable.name === 'verifyURL')?.value);
  });
});

describe('what the AnalysisTemplate asks', () => {
  test('is a request that the service takes', () => {
    const values: Readonly<Record<string, string>> = { capsuleRepo: 'ghcr.io/example/hello-capsule', digest: `sha256:${'a'.repeat(64)}` };
    const { jsonBody } = analysis.metrics[0].provider.web;
    const text = JSON.stringify(jsonBody).replaceAll(/\{\{ args\.(\w+) \}\}/g, (_all, name: string) => values[name] ?? 'missing');
    expect(validateRequest(JSON.parse(text)), JSON.stringify(validateRequest.errors)).toBe(true);
  });

  test('needs only arguments that it declares', () => {
    const used = [...JSON.stringify(analysis.metrics).matchAll(/\{\{ args\.(\w+) \}\}/g)].map((match) => match[1]);
    expect(new Set(used)).toEqual(new Set(analysis.args.map(({ name }) => name)));
  });

  test('reads the member of the answer that says whether it holds', () => {
    expect(analysis.metrics[0].provider.web.jsonPath).toBe('{$.ok}');
  });
});

test('an approval is written down in the members that the service compares', () => {
  const record = stepsOf(named('await-approval')).find(({ uses }) => uses === 'set-metadata');
  const updates = (record?.config?.['updates'] ?? []) as readonly { readonly values: { readonly approved: object } }[];
  const approved = Object.fromEntries(updates.flatMap(({ values }) => Object.keys(values.approved)).map((key) => [key, 'x']));
  const request = { freight: { images: [] }, approved };
  expect(validateRequest(request), JSON.stringify(validateRequest.errors)).toBe(true);
  expect(Object.keys(approved)).toHaveLength(6);
});

function serviceAddress(): { readonly name: string; readonly namespace: string; readonly port: number } {
  const read = (file: string): unknown => parse(readFileSync(join(base, file), 'utf8'));
  const service = read('service.yaml') as { readonly metadata: { readonly name: string }; readonly spec: { readonly ports: readonly [{ readonly port: number }] } };
  const { namespace } = read('kustomization.yaml') as { readonly namespace: string };
  return { name: service.metadata.name, namespace, port: service.spec.ports[0].port };
}
