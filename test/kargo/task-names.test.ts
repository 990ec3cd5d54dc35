import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';
import { evaluateTemplate } from './interpreter/expression/evaluate-template.ts';
import { readTask, type WrittenStep } from './interpreter/manifest.ts';

const folder = join(workspaceRoot, 'deploy/kargo/release-capsule');
const files = readdirSync(folder).filter((name) => !['kustomization.yaml', 'warehouse.yaml'].includes(name));
const tasks = files.map((name) => readTask(readFileSync(join(folder, name), 'utf8')));
const good = { app: 'hello', deployment: 'staging', mainBranch: 'main', folder: 'apps', envType: 'small', namespace: 'hello-staging', deploymentPath: 'apps/hello' };

type Value = keyof typeof good;

/** Every check of a name: the step that fails, and the value that it looks at. */
const checks = tasks.flatMap(({ name, steps }) => {
  return steps.flatMap((step) => (step.uses === 'fail' ? valuesIn(step) : []).map((value) => ({ task: name, step, value })));
});
const labels: readonly Value[] = ['app', 'deployment', 'envType', 'namespace'];

function valuesIn({ if: condition = '' }: WrittenStep): readonly Value[] {
  return condition.includes('matches') ? (Object.keys(good) as Value[]).filter((value) => new RegExp(`(vars|outputs\\.deployment)\\.${value}[,\\]]`).test(condition)) : [];
}

/** What Kargo would say of a value; nothing where it goes on. */
function refusal({ step, value }: { readonly step: WrittenStep; readonly value: Value }, given: unknown): string | undefined {
  const all = { ...good, [value]: given };
  const task = { outputs: { deployment: { envType: all.envType, namespace: all.namespace } } };
  const environment = { values: { vars: all, task }, functions: { success: () => true } };
  const fails = evaluateTemplate(step.if ?? '', environment);
  expect(fails).toBeTypeOf('boolean');
  return fails === true ? String(evaluateTemplate(String(step.config?.['message']), environment)) : undefined;
}

test('each task that makes paths of names looks at every one of them', () => {
  const looksAt = (task: string): readonly string[] => checks.filter((check) => check.task === task).map(({ value }) => value);
  expect(looksAt('render-kustomize')).toEqual(['app', 'deployment', 'mainBranch', 'folder', 'envType', 'namespace']);
  expect(looksAt('render-helm')).toEqual(looksAt('render-kustomize'));
  expect(looksAt('check-deployed')).toEqual(['app', 'deployment', 'folder']);
  expect(looksAt('await-approval')).toEqual(['deployment', 'deploymentPath']);
});

/** A step reads a value once a `fail` step before it has looked at it. */
test.each(['app', 'deployment', 'mainBranch', 'folder', 'deploymentPath'])('nothing but a message reads vars.%s before it was looked at', (value) => {
  for (const { name, steps } of tasks.filter(({ steps: all }) => all.some((step) => step.uses === 'git-clone'))) {
    const first = steps.findIndex((step) => JSON.stringify(step).includes(`vars.${value}`));
    expect([name, first < 0 || valuesIn(steps[first] ?? {}).includes(value as Value)]).toEqual([name, true]);
  }
});

describe.each(checks.filter(({ value }) => labels.includes(value)))('$task, of $value,', (check) => {
  test.each(['a', 'hello', 'hello-2', '0', '123', 'true', 'null', '1e3', 'a'.repeat(63)])('takes the text %j', (given) => {
    expect(refusal(check, given)).toBeUndefined();
  });

  test.each<unknown>([
    '../x', 'a/b', '.', '..', 'a: b', 'a\nb', 'a\n', ' a', 'A', 'a_b', 'a.b', '-a', 'a-', 'é', 'a\u0000', '${{ x }}', '', 'a'.repeat(64),
    123, 1.5, true, false, null, undefined, [], ['a'], { a: 1 },
  ])('refuses %j, and says what it got', (given) => {
    expect(refusal(check, given)).toMatch(/must (each )?be a DNS label .* Got /s);
    expect(refusal(check, given)).toContain(JSON.stringify(given ?? null, undefined, 2));
  });

  test('takes what RFC 1123 calls a label, and nothing else', () => {
    const character = fc.constantFrom('a', 'b', '0', '9', '-', '.', '_', '/', ':', 'A', ' ', '\n');
    fc.assert(fc.property(fc.array(character, { maxLength: 66 }), (characters) => {
      const text = characters.join('');
      const isLabel = text.length > 0 && text.length < 64 && characters.every((one) => 'ab09-'.includes(one)) && !text.startsWith('-') && !text.endsWith('-');
      expect(refusal(check, text) === undefined).toBe(isLabel);
    }));
  });
});

describe.each(checks.filter(({ value }) => !labels.includes(value)))('$task, of $value,', (check) => {
  test.each(['main', 'apps', 'release/1.2', 'teams/a_b/Apps', '1.0'])('takes the text %j', (given) => {
    expect(refusal(check, given)).toBeUndefined();
  });

  test.each<unknown>(['../x', 'a/../b', '/apps', 'apps/', 'a//b', '.git', 'a/.git', '.', '-x', 'a/-x', 'a b', 'a:b', 'a\nb', 'a\\b', '', 1, 1.5, true, null, undefined, ['a']])(
    'refuses %j, and says what it got',
    (given) => {
      expect(refusal(check, given)).toMatch(/must (each )?be a relative path .* Got /s);
      expect(refusal(check, given)).toContain(JSON.stringify(given ?? null, undefined, 2));
    },
  );
});
