import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { freightName } from '../../packages/verifier/src/freight/freight-name.ts';
import { Workbench } from '../cli/workbench.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import type { StepContext } from './interpreter/step.ts';
import { yamlParse } from './interpreter/steps/yaml-parse.ts';
import { expressionsIn, pathsFrom } from './manifests/expressions.ts';
import { readManifests, stepsOf } from './manifests/read-manifests.ts';

interface CustomStepSpec {
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** Every key that the resource has. Source: Kargo's documentation at v1.11.2, promotion-steps/01-custom-steps.md. */
const documentedKeys = ['image', 'command', 'env', 'output', 'defaultTimeout', 'defaultErrorThreshold', 'capabilities', 'resources', 'imagePullSecrets'];

const manifests = readManifests(join(workspaceRoot, 'deploy/kargo/platform'));
const step = manifests.find(({ kind }) => kind === 'CustomPromotionStep');
const task = manifests.find(({ kind }) => kind === 'PromotionTask');
const spec = step?.object['spec'] as CustomStepSpec;
const config: Readonly<Record<string, string>> = {
  freight: './capsule.freight.json',
  policy: './capsule.policy/capsule-policy.yaml',
  directory: './capsule',
  docker: './capsule.docker',
};

let bench: Workbench;
let registry: FakeRegistry;
let capsule: string;
let digest: string;

beforeAll(async () => {
  bench = new Workbench();
  registry = await FakeRegistry.start();
  capsule = `${registry.host}/example/app-capsule`;
  digest = (await bench.release(capsule))['digest'] as string;
  bench.write('capsule.policy/cosign.pub', bench.read('signing.pub'));
  bench.write(
    'capsule.policy/capsule-policy.yaml',
    `apiVersion: release-capsule/v1\nkind: Policy\ncapsule: { name: app, repository: "${capsule}", signers: [{ key: cosign.pub }] }\n`,
  );
});

afterAll(async () => {
  await registry.stop();
  bench[Symbol.dispose]();
});

/** Puts the config into a template of the step's, as the executor does. */
function filled(template: string): string {
  return template.replaceAll(/\$\{\{ config\.(\w+) \}\}/g, (_all, name: string) => config[name] ?? 'missing');
}

function writeFreight(): void {
  const origin = { kind: 'Warehouse', name: 'capsules' };
  const images = [{ repoURL: capsule, tag: bench.tag, digest }];
  const name = freightName({ origin, images, commits: [], charts: [], artifacts: [] });
  bench.write('capsule.freight.json', JSON.stringify({ metadata: { name }, origin, images }));
}

/** Runs the step's command as the executor does: without a shell, in the promotion's directory. */
function runStep(): ReturnType<Workbench['run']> {
  const [program, ...args] = spec.command.map(filled);
  expect(program).toBe('/usr/bin/capsule');
  const env = Object.fromEntries(spec.env.map(({ name, value }) => [name, filled(value)]));
  return bench.run(args, { env: { ...env, KARGO_OUTPUT: bench.path('kargo-output') } });
}

/** What the task reads from the record that the step has unpacked. */
async function namingFromRecord(): Promise<unknown> {
  const parsing = task === undefined ? undefined : stepsOf(task).find(({ uses }) => uses === 'yaml-parse')?.config;
  const given = { ...parsing, path: filled(String(parsing?.['path']).replace('${{ vars.directory }}', '${{ config.directory }}')) };
  const { output } = await yamlParse({ workDir: bench.path('.'), config: given } as unknown as StepContext);
  return output;
}

// What is rendered later can read every file in the work directory.
test('the task removes the registry’s password before anything else reads the work directory', () => {
  const steps = task === undefined ? [] : stepsOf(task);
  const login = steps.find((one) => JSON.stringify(one.config ?? {}).includes('dockerconfigjson'));
  expect(login?.config?.['path']).toBe('${{ vars.directory }}.docker/config.json');
  const after = steps.slice(steps.findIndex(({ uses }) => uses === 'capsule-unpack') + 1);
  expect(after[0]).toMatchObject({ uses: 'delete', config: { path: '${{ vars.directory }}.docker' } });
});

describe('the custom step of the platform edition', () => {
  test('has no key but those of the documentation, and reads its config alone', () => {
    expect(Object.keys(spec).filter((key) => !documentedKeys.includes(key))).toEqual([]);
    expect(expressionsIn(step?.object).filter((expression) => !expression.startsWith('config.'))).toEqual([]);
  });

  test('is given by the task all that it reads', () => {
    const given = task === undefined ? undefined : stepsOf(task).find(({ uses }) => uses === step?.name)?.config;
    const read = expressionsIn(spec).flatMap((expression) => pathsFrom(expression, 'config').map(([name]) => name));
    expect(new Set(read)).toEqual(new Set(Object.keys(given ?? {})));
  });

  test('unpacks the Freight’s capsule, and again when it is run again, and gives what the task composes', async () => {
    writeFreight();
    expect(await runStep()).toMatchObject({ status: 0, stderr: '' });
    expect(await runStep()).toMatchObject({ status: 0, stderr: '' });

    const outputs = Object.fromEntries(bench.read('kargo-output').trimEnd().split('\n').map((line) => line.split('=', 2)));
    expect(outputs).toMatchObject({ path: 'capsule/package/kustomize', capsuleDigest: digest, capsule: `${capsule}@${digest}`, outcome: 'accepted' });
    expect(existsSync(bench.path('capsule/package/kustomize/base/kustomization.yaml'))).toBe(true);
    const composed = task === undefined ? [] : expressionsIn(stepsOf(task)).flatMap((expression) => pathsFrom(expression, 'task.outputs.unpack'));
    expect(composed.map(([name]) => name).filter((name) => outputs[name ?? ''] === undefined)).toEqual([]);
    expect(JSON.stringify(await namingFromRecord())).toBe(JSON.stringify({ imageNames: JSON.parse(outputs['imageNames'] ?? ''), imageValues: {} }));
  });

  test('fails on a Freight whose name is not that of what it holds, and leaves nothing to render', async () => {
    writeFreight();
    bench.write('capsule.freight.json', bench.read('capsule.freight.json').replace('"capsules"', '"others"'));
    rmSync(bench.path('capsule'), { recursive: true });
    rmSync(bench.path('kargo-output'));

    expect(await runStep()).toMatchObject({ status: 1, stdout: expect.stringContaining('refused') });
    expect([existsSync(bench.path('capsule')), existsSync(bench.path('kargo-output'))]).toEqual([false, false]);
  });
});
