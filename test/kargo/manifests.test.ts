import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';
import { callsIn, expressionsIn, pathsFrom, textsIn } from './manifests/expressions.ts';
import { type Manifest, readManifests, stepsOf, variablesOf } from './manifests/read-manifests.ts';
import { resourceDefects } from './manifests/resource-defects.ts';
import { stepDefects } from './manifests/step-defects.ts';
import { nextStepSchemas, stepSchemas } from './schemas/step-schemas.ts';

/** Source: Kargo v1.11.2, pkg/expressions/function/functions.go and json_templates.go; expr-lang v1.17, builtin/builtin.go, the first line. */
const functions = `
  any concat filter hasSuffix join len map replace split toJSON type
  imageFrom commitFrom chartFrom artifactFrom warehouse freightMetadata stageMetadata configMap sharedConfigMap secret sharedSecret
  fromJSON quote unsafeQuote asYAML asJSON semverDiff semverParse success failure always status
`.trim().split(/\s+/);

/** What some step gives as its output. Source: Kargo v1.11.2, pkg/promotion/runner/builtin. */
const ownOutputs: Readonly<Record<string, readonly string[]>> = {
  'git-clone': ['commits'], 'git-commit': ['commit'], 'git-push': ['branch', 'commit', 'commitURL'], 'git-open-pr': ['pr'], 'git-merge-pr': ['commit'],
};

/** The platform edition's, and Kubernetes' own: `kubectl-validate` looks at those, among the interop tests. */
const otherKinds = ['CustomPromotionStep', 'ConfigMap', 'ServiceAccount', 'Secret', 'Role', 'RoleBinding'];
const manifests = readManifests(join(workspaceRoot, 'deploy/kargo'));
const kargo = manifests.filter(({ kind }) => !otherKinds.includes(kind));
const withSteps = manifests.filter((manifest) => stepsOf(manifest).length > 0);
const tasks = withSteps.filter(({ kind, path }) => kind === 'PromotionTask' && path.startsWith('release-capsule/'));
const settingValues = expressionsIn(tasks.flatMap(stepsOf).map(({ config }) => config?.['setValues']));

/** What an expression gives where Kargo's schema asks for more than a text; the first of one belongs to the first of another. */
const samples = {
  'vars.pinRevision': [true, false],
  'task.outputs.open.pr.id': [7],
  ...Object.fromEntries(settingValues.map((expression) => [expression, [[{ key: 'image', value: 'x', literal: true }]]])),
};

function label({ path, kind, name }: Manifest): string {
  return `${path}: ${kind} ${name}`;
}

function outputsOf(task: string): readonly string[] {
  const manifest = tasks.find(({ name }) => name === task);
  const composed = manifest === undefined ? [] : stepsOf(manifest).filter(({ uses }) => uses === 'compose-output');
  return composed.flatMap(({ config }) => Object.keys(config ?? {}));
}

test('there are a Project, its Config, two forms of the Warehouse, tasks, Stages and an AnalysisTemplate', () => {
  const kinds = new Set(kargo.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['AnalysisTemplate', 'Project', 'ProjectConfig', 'PromotionTask', 'Stage', 'Warehouse']);
});

test.each(kargo.map((manifest) => [label(manifest), manifest] as const))('%s is what its resource definition asks for, and no key more', (_label, manifest) => {
  expect(resourceDefects(manifest)).toEqual([]);
});

describe.each(withSteps.map((manifest) => [label(manifest), manifest] as const))('the steps of %s', (_label, manifest) => {
  const steps = stepsOf(manifest);

  test.each([
    ['Kargo', stepSchemas],
    ['the Kargo after it', nextStepSchemas],
  ])('are steps of %s, with the config that each one takes', (_version, schemas) => {
    const plain = steps.filter(({ task, uses }) => task === undefined && uses !== 'capsule-unpack');
    expect(plain.flatMap((step) => stepDefects(step, samples, schemas))).toEqual([]);
  });

  test('call only functions that Kargo has', () => {
    const calls = steps.flatMap((step) => expressionsIn(step)).flatMap(callsIn);
    expect(calls.filter((name) => !functions.includes(name))).toEqual([]);
  });

  // A step with a condition runs after a failure too, unless the condition says otherwise.
  // Source: Kargo v1.11.2, pkg/promotion/evaluator.go, ShouldSkip.
  test('that have a condition run only after success', () => {
    const conditions = steps.flatMap((step) => step.if ?? []);
    expect(conditions.filter((condition) => !condition.startsWith('${{ success() && '))).toEqual([]);
  });

  // `${{ }}` makes a number of whatever reads as one: forty hexadecimal digits with one `e` among them do.
  // Source: Kargo v1.11.2, pkg/expressions/json_templates.go, EvaluateTemplate.
  test('quote each text that could read as a number', () => {
    const texts = [...steps.flatMap(({ config }) => textsIn(config)), ...variablesOf(manifest).map(({ value }) => value ?? '')];
    const wholes = texts.filter((text) => /^\$\{\{[^}]*\}\}$/.test(text));
    const risky = /(gitCommit|\.commit|ctx\.stage|targetFreight\.name|namespace|vars\.(app|deployment|mainBranch|folder|branch|argocdName|kustomization)) \}\}$/;
    expect(wholes.filter((text) => risky.test(text))).toEqual([]);
  });

  test('hold no secret of their own', () => {
    expect(textsIn(steps).filter((text) => /^Bearer (?!\$\{\{ secret\()/.test(text))).toEqual([]);
  });
});

describe.each(withSteps.filter(({ kind }) => kind === 'PromotionTask').map((manifest) => [label(manifest), manifest] as const))('%s', (_label, manifest) => {
  const steps = stepsOf(manifest);
  const variables = variablesOf(manifest);
  const expressions = (value: unknown): readonly string[] => expressionsIn(value);

  test('names each of its steps', () => {
    expect(steps.filter((step) => step.as === undefined)).toEqual([]);
    expect(new Set(steps.map((step) => step.as)).size).toBe(steps.length);
  });

  test('reads only variables that it declares', () => {
    const read = expressions([steps, variables]).flatMap((expression) => pathsFrom(expression, 'vars').map(([name]) => name));
    const declared = variables.map(({ name }) => name);
    expect(read.filter((name) => !declared.includes(name ?? ''))).toEqual([]);
  });

  // Defaults are evaluated before what a step gives: a default made of another variable would not see that one overridden.
  // Source: Kargo v1.11.2, pkg/api/promotion.go, promotionTaskVarsToStepVars.
  test('makes no default of a variable that a Stage may override', () => {
    const required = variables.filter(({ value }) => value === undefined || value === 'to-be-replaced').map(({ name }) => name);
    const used = expressions(variables).flatMap((expression) => pathsFrom(expression, 'vars').map(([name]) => name ?? ''));
    expect(used.filter((name) => !required.includes(name))).toEqual([]);
  });

  test('reads from its own steps only what an earlier one gives', () => {
    const offences = steps.flatMap((step, index) => {
      const earlier = new Map(steps.slice(0, index).map((one) => [one.as ?? '', one]));
      return expressions(step).flatMap((expression) => pathsFrom(expression, 'task.outputs')).filter(([alias = '', key]) => {
        const { uses = '', config } = earlier.get(alias) ?? {};
        const named = (config?.['outputs'] as readonly { readonly name: string }[] | undefined)?.map(({ name }) => name);
        const given = named ?? ownOutputs[uses] ?? (uses === 'compose-output' ? Object.keys(config ?? {}) : uses === 'capsule-unpack' ? [key] : []);
        return !earlier.has(alias) || (key !== undefined && !given.includes(key));
      });
    });
    expect(offences).toEqual([]);
  });

  test('reads from other tasks only what they compose, under the names that the Stages give them', () => {
    const read = expressions([steps, variables]).flatMap((expression) => pathsFrom(expression, 'outputs'));
    const given: Readonly<Record<string, readonly string[]>> = { capsule: outputsOf('capsule-verify'), render: outputsOf('render-kustomize'), deployed: outputsOf('check-deployed') };
    expect(read.filter(([alias = '', key = '']) => given[alias]?.includes(key) !== true)).toEqual([]);
  });
});

test('both ways to render take the same variables and give the same, but for what only one of them has', () => {
  const named = (task: string): readonly string[] => tasks.filter(({ name }) => name === task).flatMap((manifest) => variablesOf(manifest).map(({ name }) => name));
  const common = ['gitopsRepo', 'app', 'deployment', 'pullRequest', 'mainBranch', 'folder', 'package'];
  expect(new Set(named('render-kustomize'))).toEqual(new Set([...common, 'entry', 'imageFields']));
  expect(new Set(named('render-helm'))).toEqual(new Set([...common, 'kubeVersion']));
  expect(outputsOf('render-helm')).toEqual(outputsOf('render-kustomize'));
});

test('both ways to render do the same before and after', () => {
  const first = ['names', 'paths', 'sources', 'own', 'unlink', 'deployment', 'placed'];
  const then = ['text', 'read', 'images', 'clone', 'clear', 'metadata', 'result', 'commit', 'push', 'open', 'merge'];
  const shared = [...first, ...then, 'merged', 'emptied', 'expected', 'compare', 'differs', 'output'];
  const sharedBy = (task: string): readonly unknown[] => tasks.filter(({ name }) => name === task).flatMap(stepsOf).filter((step) => shared.includes(step.as ?? ''));
  expect(sharedBy('render-helm')).toEqual(sharedBy('render-kustomize'));
  expect(sharedBy('render-helm')).toHaveLength(shared.length);
});

test('nothing is pushed but to a branch of its own, no branch is cleared, and no branch is made for a request: Kargo 1.12 has no key for that', () => {
  const steps = withSteps.flatMap(stepsOf);
  const using = (kind: string): readonly unknown[] => steps.filter(({ uses }) => uses === kind).map(({ config }) => config);
  expect(using('git-push')).toEqual([1, 2].map(() => ({ path: './out', generateTargetBranch: true })));
  expect(using('git-clear')).toEqual([]);
  expect(JSON.stringify(steps)).not.toContain('createTargetBranch');
  expect(using('git-commit').filter((config) => 'author' in (config as object))).toEqual([]);
});
