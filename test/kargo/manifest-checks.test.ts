import { expect, test } from 'vitest';
import { parseManifests, stepsOf } from './manifests/read-manifests.ts';
import { resourceDefects } from './manifests/resource-defects.ts';
import { stepDefects } from './manifests/step-defects.ts';
import { nextStepSchemas } from './schemas/step-schemas.ts';

/** Each is wrong in one place, and what the checks say of it. */
const wrongSteps: readonly (readonly [string, string, RegExp])[] = [
  ['a key that the schema has renamed', 'uses: git-push\nconfig: { path: ./out, branch: main }', /git-push.*additionalProperty":"branch"/],
  ['a tag and a digest together', 'uses: oci-download\nconfig: { imageRef: "a/b:t@sha256:00", outPath: x }', /imageRef must match pattern/],
  ['a key that is missing', 'uses: untar\nconfig: { inPath: x }', /untar must have required property 'outPath'/],
  ['an image with a tag and a digest', 'uses: kustomize-set-image\nconfig: { path: x, images: [{ image: a, tag: t, digest: "sha256:0" }] }', /must match exactly one/],
  ['a step of the platform edition alone', 'uses: wait-for-approval\nconfig: {}', /no step of open-source Kargo/],
];

test.each(wrongSteps)('the checks find %s in a step', (_what, text, message) => {
  const [step] = stepsOf(stage(text));
  expect(stepDefects(step ?? {}, {}).join('\n')).toMatch(message);
});

test.each([
  ['createTargetBranch', 'uses: git-open-pr\nconfig: { repoURL: "https://h/o/r", sourceBranch: a, targetBranch: b, createTargetBranch: true }'],
  ['author', 'uses: git-commit\nconfig: { path: x, message: m, author: { name: n, email: "n@example.com" } }'],
])('the checks find %s, which only the next version of Kargo refuses', (key, text) => {
  const [step = {}] = stepsOf(stage(text));
  expect(stepDefects(step, {})).toEqual([]);
  expect(stepDefects(step, {}, nextStepSchemas).join('\n')).toContain(`"additionalProperty":"${key}"`);
});

test('the next version of Kargo takes a body from a file, and not two bodies', () => {
  const [one = {}] = stepsOf(stage('uses: http\nconfig: { url: "https://h", bodyFromFile: ./body }'));
  const [two = {}] = stepsOf(stage('uses: http\nconfig: { url: "https://h", body: text, bodyFromFile: ./body }'));
  expect([stepDefects(one, {}), stepDefects(one, {}, nextStepSchemas)]).toEqual([[expect.stringContaining('bodyFromFile')], []]);
  expect(stepDefects(two, {}, nextStepSchemas)).not.toEqual([]);
});

const wrongResources: readonly (readonly [string, string, RegExp])[] = [
  ['an unknown key', 'kind: Stage\nspec: { requestedFreight: [], soak: 1h }', /"soak"/],
  ['no Freight', 'kind: Stage\nspec: { requestedFreight: [] }', /fewer than 1 items/],
  ['retry beside a task', stageText('task: { name: t }\nretry: { timeout: 1m }'), /cannot set retry/],
  ['a condition beside a task', stageText('task: { name: t }\nif: ${{ true }}'), /cannot set if/],
  ['two Stages to match', upstream('stages: [a, b]'), /exactly one upstream Stage/],
  ['a Warehouse to match', upstream('direct: true'), /exactly one upstream Stage/],
  ['a policy that does not exist', upstream('stages: [a]').replace('MatchUpstream', 'Match'), /selectionPolicy must be equal/],
  ['neither uses nor task', stageText('as: nothing'), /exactly one of uses and task/],
  ['a limit beyond the highest', warehouse('discoveryLimit: 101'), /<= 100/],
  ['a repository with a scheme', warehouse('discoveryLimit: 1').replace('ghcr.io/o/r', 'https://ghcr.io/o/r'), /repoURL must match pattern/],
  ['a strategy that does not exist', warehouse('imageSelectionStrategy: Newest'), /imageSelectionStrategy must be equal/],
  ['an unknown kind', 'kind: Stages', /without a schema/],
];

test.each(wrongResources)('the checks find %s in a resource', (_what, text, message) => {
  const defects = parseManifests(`apiVersion: kargo.akuity.io/v1alpha1\n${text}`, 'test').flatMap(resourceDefects);
  expect(defects.join('\n')).toMatch(message);
});

function stage(step: string): ReturnType<typeof parseManifests>[number] {
  const [manifest] = parseManifests(stageText(step), 'test');
  if (manifest === undefined) throw new Error('no manifest');
  return manifest;
}

function stageText(step: string): string {
  const lines = step.split('\n').map((line, index) => `${index === 0 ? '      - ' : '        '}${line}`);
  return `kind: Stage\nspec:\n  requestedFreight: [{ origin: { kind: Warehouse, name: w }, sources: { direct: true } }]\n  promotionTemplate:\n    spec:\n      steps:\n${lines.join('\n')}\n`;
}

function upstream(sources: string): string {
  const options = 'autoPromotionOptions: { selectionPolicy: MatchUpstream }';
  return `kind: Stage\nspec: { requestedFreight: [{ origin: { kind: Warehouse, name: w }, sources: { ${sources}, ${options} } }] }`;
}

test('the checks find nothing in a Stage that matches its one upstream', () => {
  const text = `apiVersion: kargo.akuity.io/v1alpha1\n${upstream('stages: [a]')}`;
  expect(parseManifests(text, 'test').flatMap(resourceDefects)).toEqual([]);
});

function warehouse(more: string): string {
  return `kind: Warehouse\nspec: { interval: 5m0s, subscriptions: [{ image: { repoURL: ghcr.io/o/r, ${more} } }] }`;
}
