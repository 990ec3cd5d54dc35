import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseYaml, SchemaError } from '@release-capsule/schema';
import { type Check, checks } from './check-answers.ts';
import { kargoFolder } from './templates/kargo-manifests.ts';

/** What the files of an earlier set-up say: a second run shall not ask again. */
export interface EarlierSetUp {
  readonly isAudit: boolean;
  readonly project: string | undefined;
  readonly warehouse: string | undefined;
  readonly stages: string | undefined;
  readonly gitopsRepo: string | undefined;
  /** What the Stages say that is rendered; where they say nothing, the package does. */
  readonly entry: string | undefined;
}

const maxFileBytes = 64 * 1024; // ours are a kilobyte

/** Reads what an earlier set-up says. What is not as this program writes it says nothing. */
export async function readEarlierSetUp(root: string): Promise<EarlierSetUp> {
  const paths = ['capsule-policy.yaml', ...['project', 'settings', 'stages'].map((name) => `${kargoFolder}/${name}.yaml`)];
  const [policy, project, settings, stages] = await Promise.all(paths.map((path) => readText(join(root, path))));
  const names = [...(stages ?? '').matchAll(/^metadata: \{ name: "?([a-z0-9-]+)"? \}$/gm)].map((match) => match[1] ?? '');
  return {
    isAudit: valueAt(policy, ['mode']) === 'audit',
    project: valid(/^metadata: \{ name: "?([a-z0-9-]+)"? \}$/m.exec(project ?? '')?.[1], checks.resource),
    warehouse: valid(/\bkind: Warehouse, name: "?([a-z0-9-]+)"? \}/.exec(stages ?? '')?.[1], checks.resource),
    stages: valid(names.join(','), checks.stages),
    gitopsRepo: valid(valueAt(settings, ['data', 'gitopsRepo']), checks.gitopsRepo),
    entry: valid(/\{ name: entry, value: "?([^\s"]+)"? \}/.exec(stages ?? '')?.[1], checks.entry),
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const stat = await lstat(path);
    return stat.isFile() && stat.size <= maxFileBytes ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined; // there is none: this is the first time
  }
}

function valueAt(text: string | undefined, keys: readonly string[]): unknown {
  if (text === undefined) return undefined;
  try {
    const document = parseYaml(Buffer.from(text), { what: 'the file', maxBytes: maxFileBytes });
    return keys.reduce<unknown>((at, key) => new Map(Object.entries(Object(at))).get(key), document);
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function valid(value: unknown, check: Check): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    check(value);
    return value;
  } catch {
    return undefined;
  }
}
