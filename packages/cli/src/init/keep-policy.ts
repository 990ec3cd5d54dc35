import type { PlannedFile } from './plan-files.ts';
import { readYaml } from './read-yaml.ts';
import { policyFile } from './templates/policy-yaml.ts';

/** Keeps a policy that says what would be written, and perhaps more: what a person has added to it stays. */
export function keepPolicy(files: readonly PlannedFile[], policy: unknown): readonly PlannedFile[] {
  return files.map((file) => {
    const isKept = file.path === policyFile && file.state === 'differs' && says(withMode(policy), readYaml(file.text));
    return isKept ? { ...file, state: 'kept' } : file;
  });
}

/** A policy without a mode enforces. Source: docs/policy.md. */
function withMode(policy: unknown): unknown {
  return isTree(policy) ? { mode: 'enforce', ...policy } : policy;
}

/** Whether a tree has every value of another one, and perhaps more. */
function says(tree: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(tree) && wanted.every((item) => tree.some((own) => says(own, item)));
  if (!isTree(wanted)) return tree === wanted;
  return isTree(tree) && Object.entries(wanted).every(([key, value]) => Object.hasOwn(tree, key) && says(tree[key], value));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
