import type { Procedure, Variable, WrittenStep } from './manifest.ts';

/** A step that runs something, under a name that no other step has. */
export interface Step extends Omit<WrittenStep, 'task' | 'as' | 'uses'> {
  readonly uses: string;
  readonly alias: string;
}

/** Puts the steps of tasks in their place. Source: Kargo v1.11.2, pkg/api/promotion.go, InflateSteps. */
export function inflateSteps(stage: Procedure, tasks: readonly Procedure[] = []): readonly Step[] {
  return stage.steps.flatMap((step, index) => {
    if (step.task === undefined) return [runnable(step, aliasOf(step, index))];
    const task = tasks.find(({ name }) => name === step.task?.name);
    if (task === undefined) throw new Error(`there is no task ${step.task.name}`);
    return inflateTask(task, { step, alias: aliasOf(step, index), promotionVars: stage.vars });
  });
}

interface TaskUse {
  readonly step: WrittenStep;
  readonly alias: string;
  readonly promotionVars: readonly Variable[];
}

function inflateTask(task: Procedure, { step, alias, promotionVars }: TaskUse): readonly Step[] {
  const vars = taskVariables(task.vars, promotionVars, step.vars ?? []);
  return task.steps.map((inner, index) => {
    return runnable({ ...inner, vars: [...vars, ...(inner.vars ?? [])] }, `${alias}::${aliasOf(inner, index)}`);
  });
}

/** A promotion's variable beats a task's default; a step's beats both, as it is evaluated last. */
function taskVariables(task: readonly Variable[], promotion: readonly Variable[], step: readonly Variable[]): readonly Variable[] {
  const isSet = (among: readonly Variable[], name: string): boolean => among.some((each) => each.name === name && each.value !== '');
  const open = task.filter(({ name }) => !isSet(promotion, name));
  const defaults = open.filter(({ value }) => (value ?? '') !== '');
  const missing = open.find(({ name, value }) => (value ?? '') === '' && !isSet(step, name));
  if (missing !== undefined) throw new Error(`missing value for variable "${missing.name}"`);
  return [...defaults, ...step];
}

function aliasOf({ as, task }: WrittenStep, index: number): string {
  return as ?? `${task === undefined ? 'step' : 'task'}-${index + 1}`;
}

function runnable({ uses, task: _task, as: _as, ...rest }: WrittenStep, alias: string): Step {
  if (uses === undefined) throw new Error(`step ${alias} uses nothing: a task within a task is not allowed`);
  return { ...rest, uses, alias };
}
