import type { Environment, ExpressionFunction } from './expression/evaluate-expression.ts';
import { evaluateTemplate } from './expression/evaluate-template.ts';
import { freightFunctions, type Subscriptions, type TargetFreight } from './expression/freight-functions.ts';
import { TextMap, type ValueMap } from './expression/values.ts';
import type { Step } from './inflate-steps.ts';
import type { Variable } from './manifest.ts';
import type { StepServices, StepStatus } from './step.ts';

/** What expressions may know about a promotion. */
export interface PromotionFacts {
  readonly project: string;
  readonly stage: string;
  readonly promotion: string;
  readonly freight: TargetFreight;
  readonly subscriptions: Subscriptions;
  readonly vars: readonly Variable[];
  readonly services: StepServices;
}

/** What has happened to a step so far. */
export interface StepRecord {
  readonly alias: string;
  readonly continueOnError: boolean;
  readonly status: StepStatus | undefined;
}

/** What the steps before have left. */
export interface Done {
  readonly state: ValueMap;
  readonly records: readonly StepRecord[];
}

/**
 * Makes what the expressions of a step see. Variables are evaluated one by one, each seeing those before it; those of the
 * promotion see no outputs. Source: Kargo v1.11.2, pkg/promotion/evaluator.go.
 */
export function stepEnvironment(facts: PromotionFacts, step: Step, done: Done): Environment {
  const plain = { ...dataFunctions(facts), ...freightFunctions(facts.freight, facts.subscriptions) };
  const ctx = contextOf(facts, step.alias);
  const outputs = outputsOf(step.alias, done.state);
  const promotionVars = evaluateVariables(facts.vars, {}, (vars) => ({ values: { ctx, vars }, functions: plain }));
  const vars = evaluateVariables(step.vars ?? [], promotionVars, (seen) => ({ values: { ctx, ...outputs, vars: seen }, functions: plain }));
  return { values: { ctx, ...outputs, vars }, functions: { ...plain, ...statusFunctions(step.alias, done.records) } };
}

/** Whether a step has failed whose failure counts. */
export function hasFailures(records: readonly StepRecord[]): boolean {
  return records.some(({ continueOnError, status }) => !continueOnError && (status === 'Failed' || status === 'Errored'));
}

function evaluateVariables(variables: readonly Variable[], before: ValueMap, environment: (vars: ValueMap) => Environment): ValueMap {
  const vars: Record<string, unknown> = { ...before };
  for (const { name, value } of variables) vars[name] = evaluateTemplate(value ?? '', environment(vars));
  return vars;
}

function contextOf({ project, stage, promotion, freight }: PromotionFacts, alias: string): ValueMap {
  const targetFreight = { name: freight.name, alias: freight.alias ?? '', origin: { name: freight.origin } };
  const meta = { promotion: { actor: '', rollback: false }, step: { alias } };
  return { uiBaseUrl: '', project, stage, promotion, targetFreight, meta };
}

function outputsOf(alias: string, state: ValueMap): ValueMap {
  const space = namespaceOf(alias);
  if (space === '') return { outputs: state };
  const inTask = Object.entries(state).filter(([name]) => namespaceOf(name) === space);
  return { outputs: state, task: { outputs: Object.fromEntries(inTask.map(([name, output]) => [name.slice(space.length + 2), output])) } };
}

/** The part of an alias before `::`, which names a task. */
export function namespaceOf(alias: string): string {
  const [space = '', ...rest] = alias.split('::');
  return rest.length === 1 ? space : '';
}

function dataFunctions({ services: { secrets, metadata } }: PromotionFacts): Readonly<Record<string, ExpressionFunction>> {
  return {
    secret: (name) => new TextMap(secrets[String(name)] ?? {}),
    freightMetadata: (name) => metadata.Freight.get(String(name)) ?? null,
    stageMetadata: (name) => metadata.Stage.get(String(name)) ?? null,
  };
}

/**
 * A step sees the steps of its own task, or those outside of all tasks.
 * Source: Kargo v1.11.2, pkg/expressions/function/functions.go, getStatus.
 */
function statusFunctions(alias: string, records: readonly StepRecord[]): Readonly<Record<string, ExpressionFunction>> {
  const space = namespaceOf(alias);
  const isCalled = (record: StepRecord, name: unknown): boolean => {
    return namespaceOf(record.alias) === space && record.alias === (space === '' ? name : `${space}::${String(name)}`);
  };
  return {
    always: () => true,
    failure: () => hasFailures(records),
    success: () => !hasFailures(records),
    status: (name) => records.find((record) => isCalled(record, name))?.status ?? '',
  };
}
