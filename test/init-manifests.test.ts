import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { Workbench } from './cli/workbench.ts';
import { workspaceRoot } from './rules/source-files.ts';

// What capsule init writes for the names of the example, and the example itself.
const example = (name: string): string => readFileSync(join(workspaceRoot, 'deploy/kargo/hello', name), 'utf8');
const written = (name: string): string => readFileSync(bench.path('app/kargo', name), 'utf8');

let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench({ 'k8s/base/kustomization.yaml': 'resources: []\n' });
  bench.git('remote', 'add', 'origin', 'https://github.com/example/hello');
  const stages = ['--stages', 'staging,test,review,production', '--gitops-repo', 'https://github.com/example/gitops.git'];
  await bench.json(['init', '--yes', ...stages], { cwd: bench.path('app') });
});

afterAll(() => bench[Symbol.dispose]());

test.each(['settings.yaml', 'project.yaml'])('%s means what that of deploy/kargo/hello does', (name) => {
  expect(documents(written(name))).toEqual(documents(example(name)));
});

test('kustomization.yaml takes the same component, from where this version of the project is published', () => {
  const { version } = JSON.parse(readFileSync(join(workspaceRoot, 'packages/cli/package.json'), 'utf8'));
  const { components: [component], ...rest } = parse(written('kustomization.yaml'));
  const { components: [exampleComponent], ...exampleRest } = parse(example('kustomization.yaml'));

  expect(rest).toEqual(exampleRest);
  expect(component).toBe(`https://github.com/release-capsule/release-capsule//${join('deploy/kargo/hello', exampleComponent)}?ref=release-capsule@${version}`);
});

test.each(['staging', 'review', 'production'])('the Stage %s is that of deploy/kargo/hello', (name) => {
  expect(stageOf(written('stages.yaml'), name)).toEqual(stageOf(example('stages.yaml'), name));
});

test('a Stage in between promotes as that of deploy/kargo/hello does', () => {
  const [own, theirs] = [stageOf(written('stages.yaml'), 'test'), stageOf(example('stages.yaml'), 'test')];

  expect(own.spec.promotionTemplate).toEqual(theirs.spec.promotionTemplate);
  expect(own.spec.requestedFreight[0]).toMatchObject({ origin: theirs.spec.requestedFreight[0]?.origin, sources: { stages: ['staging'] } });
});

interface Stage {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly promotionTemplate: object; readonly requestedFreight: readonly { readonly origin: object; readonly sources: object }[] };
}

function stageOf(text: string, name: string): Stage {
  const found = documents(text).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no Stage ${name}`);
  return found;
}

function documents(text: string): readonly Stage[] {
  return parseAllDocuments(text).map((document) => document.toJS());
}
