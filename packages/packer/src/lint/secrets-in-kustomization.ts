import { posix } from 'node:path';
import type { FoundValue } from './found-value.ts';
import { allTexts, field, isMapping, type Mapping, mappings, texts } from './mapping.ts';
import { parseDocuments, splitDocuments } from './parse-documents.ts';
import { mayMeanSecret, secretsInPatch } from './secret-target.ts';

/** What a kustomization, or the configuration of a transformer, does to Secrets. */
export interface KustomizedSecrets {
  readonly found: readonly FoundValue[];
  /** Texts inside it that may be manifests: inline patches, generators, transformers. */
  readonly inline: readonly string[];
  /** Paths of the patches that are aimed at Secrets, relative to it. */
  readonly patches: readonly string[];
}

/** Looks through a kustomization, or the configuration of a built-in transformer; undefined for any other object. */
export function secretsInKustomization(value: unknown, isKustomization: boolean): KustomizedSecrets | undefined {
  if (!isMapping(value)) return undefined;
  const kind = value['kind'];
  const isTransformer = typeof kind === 'string' && kind.endsWith('Transformer');
  const holdsPatches = kind === undefined && patchLists.some((name) => field(value, name) !== undefined);
  if (!isKustomization && !isTransformer && !holdsPatches) return undefined;
  const aimed = aimedPatches(value);
  return {
    found: aimed.flatMap((patch) => inlinePatches(patch).flatMap(secretsInPatchText)),
    inline: allTexts(value),
    patches: aimed.flatMap((patch) => texts(field(patch, 'path'))).map((path) => posix.normalize(path)),
  };
}

/** Finds the values that the text of a patch puts into a Secret. */
export function secretsInPatchText(text: string): readonly FoundValue[] {
  return splitDocuments(text).flatMap(parseDocuments).flatMap(({ value }) => secretsInPatch(value));
}

const patchLists = ['patches', 'patchesJson6902', 'patchesStrategicMerge'];

// A patch without a target goes by its own kind, and is looked at as any other manifest.
function aimedPatches(config: Mapping): readonly Mapping[] {
  const listed = patchLists.flatMap((name) => mappings(field(config, name)));
  return [config, ...listed].filter((patch) => {
    const target = field(patch, 'target');
    return isMapping(target) && mayMeanSecret(field(target, 'kind'));
  });
}

function inlinePatches(patch: Mapping): readonly string[] {
  return [...texts(field(patch, 'patch')), ...texts(field(patch, 'jsonOp'))];
}
