import { isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { reportUnreadable } from './check-path.ts';
import { fieldsOf, textOf } from './folded-mapping.ts';
import type { ReferenceScope } from './reference-scope.ts';

/** The locked versions of each chart, in order; undefined where there is no lock. */
export type ChartLock = ReadonlyMap<string, readonly string[]> | undefined;

/** Reads a chart's lock. What cannot be judged of it is reported under its own name. */
export async function readChartLock(scope: ReferenceScope, file: string): Promise<ChartLock> {
  if (!scope.tree.files.has(file)) return undefined;
  const parsed = await scope.parsed.yaml(file);
  const lock = new Map<string, string[]>();
  if (!isForeignMapping(parsed.documents?.[0]) || parsed.documents.length !== 1) {
    const problem = parsed.documents === undefined ? parsed.problem : 'it is one YAML document, a mapping';
    reportUnreadable(scope.within(file, scope.directory), '', problem);
    return lock;
  }
  for (const { value } of fieldsOf(parsed.documents[0], 'dependencies')) {
    for (const entry of Array.isArray(value) ? value : []) {
      const name = textOf(entry, 'name') ?? '';
      const versions = lock.get(name) ?? [];
      versions.push(textOf(entry, 'version') ?? '');
      lock.set(name, versions);
    }
  }
  return lock;
}
