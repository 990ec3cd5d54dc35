import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { noRenderer, type Renderer } from './interpreter/renderer.ts';
import type { StepContext } from './interpreter/step.ts';
import { defaultKubeVersion, helmTemplate } from './interpreter/steps/helm-template.ts';
import { kustomizeBuild } from './interpreter/steps/kustomize-build.ts';
import { yamlParse } from './interpreter/steps/yaml-parse.ts';

const workDir = temporaryDirectory();

/** What Kargo's own renderers would give. */
function printing(text: string, onHelm: (given: unknown) => void = () => {}): Renderer {
  return { ...noRenderer, kustomizeBuild: async () => text, helmTemplate: async (given) => (onHelm(given), text) };
}

function context(config: object, renderer: Renderer): StepContext {
  return { workDir, config, project: 'hello', services: { renderer } } as unknown as StepContext;
}

const services = ['v1', 'serving.knative.dev/v1'].map((apiVersion) => `# ${apiVersion}\napiVersion: ${apiVersion}\nkind: Service\nmetadata:\n  name: web\n`).join('---\n');
const jobs = ['a', 'b'].map((name) => `kind: Job\nmetadata:\n  generateName: ${name}-\n`).join('---\n');

describe('what is rendered', () => {
  test('into one file is there as it was printed', async () => {
    await kustomizeBuild(context({ path: 'x', outPath: 'all.yaml' }, printing(services)));
    await helmTemplate(context({ path: 'x', outPath: 'chart/all.yml', releaseName: 'a' }, printing(jobs)));
    expect([readFileSync(join(workDir, 'all.yaml'), 'utf8'), readFileSync(join(workDir, 'chart/all.yml'), 'utf8')]).toEqual([services, jobs]);
  });

  // What Kargo's layouts of many files lose is why our tasks write one.
  test('by kustomize into a directory loses what has the kind and name of another', async () => {
    await kustomizeBuild(context({ path: 'x', outPath: 'services' }, printing(services)));
    await kustomizeBuild(context({ path: 'x', outPath: 'jobs' }, printing(jobs)));
    expect([readdirSync(join(workDir, 'services')), readdirSync(join(workDir, 'jobs'))]).toEqual([['service-web.yaml'], ['job-.yaml']]);
  });

  test('by Helm into a directory loses all but the last that has no name', async () => {
    await helmTemplate(context({ path: 'x', outPath: 'flat', outLayout: 'flat', releaseName: 'a' }, printing(`${services}---\n${jobs}`)));
    expect(readdirSync(join(workDir, 'flat')).toSorted()).toEqual(['resource-0.yaml', 'service-web.yaml', 'serving_knative_dev-service-web.yaml']);
    expect(readFileSync(join(workDir, 'flat/resource-0.yaml'), 'utf8')).toContain('generateName: b-');
  });

  test('by Helm is for Kubernetes v1.20.0 unless the step says otherwise', async () => {
    const given: unknown[] = [];
    const renderer = printing('', (release) => given.push(release));
    await helmTemplate(context({ path: 'x', outPath: 'a.yaml', releaseName: 'a' }, renderer));
    await helmTemplate(context({ path: 'x', outPath: 'a.yaml', releaseName: 'a', kubeVersion: '1.34.0', skipTests: true }, renderer));
    expect(given).toMatchObject([{ kubeVersion: defaultKubeVersion, skipTests: false }, { kubeVersion: '1.34.0', skipTests: true }]);
  });
});

test('yaml-parse reads the first document of a file alone', async () => {
  writeFileSync(join(workDir, 'many.yaml'), services);
  const outputs = [{ name: 'version', fromExpression: 'apiVersion' }];
  expect(await yamlParse(context({ path: 'many.yaml', outputs }, noRenderer))).toMatchObject({ output: { version: 'v1' } });
});
