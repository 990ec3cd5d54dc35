import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Manifest } from './read-manifests.ts';

type Schema = Readonly<Record<string, unknown>>;

interface ResourceFile {
  readonly resources: Readonly<Record<string, { readonly scope: string; readonly schema: Schema }>>;
  readonly imageSubscription: Schema;
}

// The API server fills defaults in before it validates, and cuts an unknown key off without a word: here that is a defect.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, useDefaults: true });
const { resources, imageSubscription } = readJson('resources.json') as ResourceFile;
const { schema: analysisTemplate } = readJson('analysis-template.json') as { readonly schema: Schema };
const kargos = Object.entries(resources).map(([kind, { schema }]) => [kind, schema] as const);
const schemas = { ...Object.fromEntries(kargos), AnalysisTemplate: analysisTemplate };
const validators = new Map(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(closed(schema))]));
const validateImage = ajv.compile(imageSubscription);

/** Lists what Kargo's resource definitions, or Argo Rollouts', would have against an object. */
export function resourceDefects(manifest: Manifest): readonly string[] {
  const validate = validators.get(manifest.kind);
  if (validate === undefined) return [`${manifest.kind} is a kind without a schema`];
  const rules = manifest.kind === 'Stage' ? [...stepRules(manifest), ...sourceRules(manifest)] : [];
  const subscriptions = imageSubscriptions(manifest).flatMap((subscription) => defectsOf(validateImage, subscription));
  return [...defectsOf(validate, manifest.object), ...subscriptions, ...rules];
}

/** Lists the image subscriptions of a Warehouse; the resource definition leaves them open, Kargo's webhook does not. */
function imageSubscriptions({ object }: Manifest): readonly unknown[] {
  const spec = object['spec'] as { readonly subscriptions?: readonly { readonly image?: unknown }[] } | undefined;
  return (spec?.subscriptions ?? []).flatMap(({ image }) => (image === undefined ? [] : [image]));
}

/** The rules that a Stage's resource definition states in CEL, and those of pkg/webhook/kubernetes/stage/webhook.go about tasks. */
function stepRules({ object }: Manifest): readonly string[] {
  const spec = object['spec'] as { readonly promotionTemplate?: { readonly spec: { readonly steps: readonly Schema[] } } };
  return (spec.promotionTemplate?.spec.steps ?? []).flatMap((step, index) => {
    if ((step['uses'] === undefined) === (step['task'] === undefined)) return [`step ${index} must have exactly one of uses and task`];
    const forbidden = ['continueOnError', 'retry', 'if', 'config'].filter((key) => step['task'] !== undefined && step[key] !== undefined);
    return forbidden.map((key) => `step ${index} references a task and cannot set ${key}`);
  });
}

interface FreightSources {
  readonly direct?: boolean;
  readonly stages?: readonly string[];
  readonly autoPromotionOptions?: { readonly selectionPolicy?: string };
}

/** Source: Kargo v1.11.2, pkg/webhook/kubernetes/stage/webhook.go, validateFreightSources. */
function sourceRules({ object }: Manifest): readonly string[] {
  const spec = object['spec'] as { readonly requestedFreight?: readonly { readonly sources?: FreightSources }[] };
  return (spec.requestedFreight ?? []).flatMap(({ sources: { direct = false, stages = [], autoPromotionOptions } = {} }) => {
    if (autoPromotionOptions?.selectionPolicy !== 'MatchUpstream') return [];
    const isFromOne = !direct && stages.length === 1;
    return isFromOne ? [] : ['MatchUpstream requires exactly one upstream Stage, and no Freight directly from its origin'];
  });
}

function defectsOf(validate: ValidateFunction, value: unknown): readonly string[] {
  if (validate(structuredClone(value))) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

/** Closes every object of a schema that does not say it keeps unknown keys. */
function closed(schema: unknown, isMap = false): Schema {
  if (Array.isArray(schema)) return schema.map((item) => closed(item)) as unknown as Schema;
  if (typeof schema !== 'object' || schema === null) return schema as Schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value, !isMap && key === 'properties')]);
  const isOpen = isMap || !('properties' in schema) || 'x-kubernetes-preserve-unknown-fields' in schema;
  return { ...Object.fromEntries(entries), ...(!isOpen && { additionalProperties: false }) } as Schema;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8'));
}
