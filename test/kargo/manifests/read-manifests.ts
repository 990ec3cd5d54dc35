import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** An object as a manifest states it, with the file that states it. */
export interface Manifest {
  /** Relative to the folder that was read. */
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** A step of a PromotionTask or of a Stage's template. */
export interface ManifestStep {
  readonly uses?: string;
  readonly as?: string;
  readonly if?: string;
  readonly task?: { readonly name: string };
  readonly config?: Readonly<Record<string, unknown>>;
  readonly vars?: readonly ManifestVariable[];
}

/** A variable of a task, a template or a step; without a value it must be given. */
export interface ManifestVariable {
  readonly name: string;
  readonly value?: string;
}

/** Reads every object below a folder, but for what only Kustomize reads. */
export function readManifests(folder: string): readonly Manifest[] {
  const paths = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = paths.filter((path) => /\.ya?ml$/.test(path)).sort();
  return files.flatMap((path) => parseManifests(readFileSync(join(folder, path), 'utf8'), relative('.', path)));
}

/** Parses every object of a text that `kustomize build` printed, or a file holds. */
export function parseManifests(text: string, path: string): readonly Manifest[] {
  const documents = parseAllDocuments(text);
  const objects = documents.map((document) => {
    if (document.errors.length > 0) throw new Error(`${path} is not YAML: ${document.errors[0]?.message}`);
    return document.toJS() as Record<string, unknown> | null;
  });
  return objects.flatMap((object) => {
    const { kind, metadata } = (object ?? {}) as { readonly kind?: string; readonly metadata?: { readonly name?: string } };
    if (object === null || kind === undefined || ['Kustomization', 'Component'].includes(kind)) return [];
    return [{ path, kind, name: metadata?.name ?? '', object }];
  });
}

/** Lists the steps of a task or of a Stage; nothing for any other object. */
export function stepsOf({ kind, object }: Manifest): readonly ManifestStep[] {
  return specOf(kind, object)?.steps ?? [];
}

/** Lists the variables of a task or of a Stage's template. */
export function variablesOf({ kind, object }: Manifest): readonly ManifestVariable[] {
  return specOf(kind, object)?.vars ?? [];
}

interface TaskSpec {
  readonly vars?: readonly ManifestVariable[];
  readonly steps?: readonly ManifestStep[];
}

function specOf(kind: string, object: Manifest['object']): TaskSpec | undefined {
  const spec = object['spec'] as (TaskSpec & { readonly promotionTemplate?: { readonly spec: TaskSpec } }) | undefined;
  return kind === 'Stage' ? spec?.promotionTemplate?.spec : kind === 'PromotionTask' ? spec : undefined;
}
