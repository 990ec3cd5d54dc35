import { join } from 'node:path';
import { type Check, checks } from './check-answers.ts';
import { type CiSystem, ciFiles } from './hosting.ts';
import { readWritten } from './read-written.ts';
import { readYaml } from './read-yaml.ts';
import { kargoFolder } from './templates/kargo-manifests.ts';
import { policyFile } from './templates/policy-yaml.ts';

/** What the files of an earlier set-up say: a second run shall not ask again. */
export interface EarlierSetUp {
  /** The CI systems that there is a job of ours for. */
  readonly jobs: readonly CiSystem[];
  /** The policy's document. */
  readonly policy: unknown;
  readonly repoURL: string | undefined;
  /** The CI system whose job the policy trusts, where one signs in its own name. */
  readonly signingCi: CiSystem | undefined;
  /** The branch whose job the policy trusts, where one signs in its own name. */
  readonly branch: string | undefined;
  /** Everything else was written, and nothing for Kargo. */
  readonly isWithoutKargo: boolean;
  readonly isAudit: boolean;
  readonly project: string | undefined;
  readonly warehouse: string | undefined;
  readonly stages: string | undefined;
  readonly gitopsRepo: string | undefined;
  /** What the Stages say that is rendered; where they say nothing, the package does. */
  readonly entry: string | undefined;
}

/** Reads what an earlier set-up says. What is not as this program writes it says nothing. */
export async function readEarlierSetUp(root: string): Promise<EarlierSetUp> {
  const paths = ['capsule.yaml', policyFile, ...['project', 'settings', 'stages'].map((name) => `${kargoFolder}/${name}.yaml`)];
  const [config, policyText, project, settings, stages] = await Promise.all(paths.map((path) => readWritten(join(root, path))));
  const policy = policyText === undefined ? undefined : readYaml(policyText);
  const identity = valueAt(policy, ['capsule', 'signers', '0', 'keyless', 'identity']);
  const names = [...(stages ?? '').matchAll(/^metadata: \{ name: "?([a-z0-9-]+)"? \}$/gm)].map((match) => match[1] ?? '');
  return {
    jobs: await findJobs(root),
    policy,
    repoURL: valid(valueAt(policy, ['source', 'repository']), checks.url),
    signingCi: systemIn(identity),
    branch: valid(branchIn(identity), checks.branch),
    isWithoutKargo: config !== undefined && policy !== undefined && [project, settings, stages].every((text) => text === undefined),
    isAudit: valueAt(policy, ['mode']) === 'audit',
    project: valid(/^metadata: \{ name: "?([a-z0-9-]+)"? \}$/m.exec(project ?? '')?.[1], checks.resource),
    warehouse: valid(/\bkind: Warehouse, name: "?([a-z0-9-]+)"? \}/.exec(stages ?? '')?.[1], checks.resource),
    stages: valid(names.join(','), checks.stages),
    gitopsRepo: valid(valueAt(settings === undefined ? undefined : readYaml(settings), ['data', 'gitopsRepo']), checks.gitopsRepo),
    entry: valid(/\{ name: entry, value: "?([^\s"]+)"? \}/.exec(stages ?? '')?.[1], checks.entry),
  };
}

async function findJobs(root: string): Promise<readonly CiSystem[]> {
  const systems: readonly CiSystem[] = ['github', 'gitlab'];
  const texts = await Promise.all(systems.map((system) => readWritten(join(root, ciFiles[system].written))));
  return systems.filter((_system, at) => texts[at] !== undefined);
}

function systemIn(identity: unknown): CiSystem | undefined {
  if (typeof identity !== 'string') return undefined;
  if (identity.includes(`/${ciFiles.github.written}@`)) return 'github';
  return identity.includes(`//${ciFiles.gitlab.mark}@`) ? 'gitlab' : undefined;
}

function branchIn(identity: unknown): string | undefined {
  return typeof identity === 'string' ? /@refs\/heads\/(.+)$/s.exec(identity)?.[1] : undefined;
}

function valueAt(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => new Map(Object.entries(Object(at))).get(key), document);
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
