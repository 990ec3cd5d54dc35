import { parse, parseAllDocuments } from 'yaml';
import { isRecord, type ValueMap } from './expression/values.ts';

/** A variable: its value is a template. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** A step as people write it: it runs something, or stands for the steps of a task. */
export interface WrittenStep {
  readonly uses?: string;
  readonly task?: { readonly name: string; readonly kind?: string };
  readonly as?: string;
  readonly if?: string;
  readonly continueOnError?: boolean;
  readonly retry?: { readonly timeout?: string; readonly errorThreshold?: number };
  readonly vars?: readonly Variable[];
  readonly config?: ValueMap;
}

/** What is promoted by: variables and steps, of a Stage or of a PromotionTask. */
export interface Procedure {
  readonly name: string;
  readonly vars: readonly Variable[];
  readonly steps: readonly WrittenStep[];
}

/** Kargo's objects among the documents of a YAML text. */
export function readManifests(text: string): readonly ValueMap[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS()).filter(isRecord);
}

/** Reads how a Stage promotes. */
export function readStage(text: string): Procedure {
  const { metadata, spec } = documentOf(text, ['Stage']);
  return procedure(metadata, dig(spec, 'promotionTemplate', 'spec'));
}

/** Reads a PromotionTask. */
export function readTask(text: string): Procedure {
  const { metadata, spec } = documentOf(text, ['PromotionTask', 'ClusterPromotionTask']);
  return procedure(metadata, spec);
}

/** Reads which image repositories a Warehouse subscribes to. */
export function readSubscriptions(text: string): Readonly<Record<string, readonly string[]>> {
  const warehouses = readManifests(text).filter(({ kind }) => kind === 'Warehouse');
  return Object.fromEntries(warehouses.map(({ metadata, spec }) => [String(dig(metadata, 'name')), imagesOf(spec)]));
}

function imagesOf(spec: unknown): readonly string[] {
  const subscriptions = dig(spec, 'subscriptions');
  const all: readonly unknown[] = Array.isArray(subscriptions) ? subscriptions : [];
  return all.map((subscription) => dig(subscription, 'image', 'repoURL')).filter((repoURL) => typeof repoURL === 'string');
}

function documentOf(text: string, kinds: readonly string[]): ValueMap {
  const found = readManifests(text).find(({ kind }) => typeof kind === 'string' && kinds.includes(kind));
  if (found === undefined) throw new Error(`there is no ${kinds.join(' or ')}`);
  return found;
}

function procedure(metadata: unknown, spec: unknown): Procedure {
  const { vars = [], steps = [] } = parse(JSON.stringify(spec)) as Partial<Procedure>;
  return { name: String(dig(metadata, 'name')), vars, steps };
}

function dig(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((inside: unknown, key) => (isRecord(inside) ? inside[key] : undefined), value);
}
