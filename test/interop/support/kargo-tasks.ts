import { findImages, type ImageNaming } from '@release-capsule/schema';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValueMap } from '../../kargo/interpreter/expression/values.ts';
import { inflateSteps, type Step } from '../../kargo/interpreter/inflate-steps.ts';
import { readTask, type Variable } from '../../kargo/interpreter/manifest.ts';
import { promote } from '../../kargo/interpreter/promote.ts';
import { PullRequests } from '../../kargo/interpreter/pull-requests.ts';
import type { Renderer } from '../../kargo/interpreter/renderer.ts';
import { GitopsRepository } from '../../kargo/replay/gitops.ts';
import { exampleSources } from '../../kargo/replay/our-scenarios.ts';
import { digestOf } from '../../releases/release.ts';
import { type Files, writeFiles } from '../../releases/git-repository.ts';
import { workspace } from './make-repository.ts';

/** The image that these releases bring, and how it must stand in what is pushed. */
export const released = { repository: 'ghcr.io/acme/podinfo', tag: `git-${'0'.repeat(40)}`, digest: digestOf('d') } as const;

/** What one of the tasks that render is given. */
export interface TaskInput {
  readonly task: 'render-kustomize' | 'render-helm';
  /** The package, from its root. */
  readonly files: Files;
  readonly naming: ImageNaming;
  /** What the GitOps repository has instead of the example's, or beside it. */
  readonly gitops?: Files;
  readonly vars?: Readonly<Record<string, string>>;
}

/** What it has come to. */
export interface TaskResult {
  readonly phase: string;
  readonly message: string;
  /** The last step that was started. */
  readonly stoppedAt: string | undefined;
  readonly manifests: string;
  /** Every image that was pushed, in its order. */
  readonly images: readonly string[];
}

/** Runs one of the tasks that render on a package that has been verified and unpacked. */
export async function renderByTask(directory: string, renderer: Renderer, input: TaskInput): Promise<TaskResult> {
  const { task, files, naming, gitops = {}, vars = {} } = input;
  const main = { ...exampleSources, ...gitops };
  const repository = new GitopsRepository(mkdtempSync(join(directory, 'gitops-')), { main, branches: {} });
  const workDir = mkdtempSync(join(directory, 'task-'));
  const path = `package/${task.replace('render-', '')}`;
  writeFiles(join(workDir, 'capsule', path), files);

  const given = Object.entries({ gitopsRepo: repository.url, app: 'hello', entry: '.', ...vars }).map(([name, value]) => ({ name, value }));
  const toRun = stepsOf(task, { vars: given, capsule: capsuleOutputs(path, naming) });
  const { phase, message, steps } = await promote(facts(renderer, given), toRun, { workDir });

  const stoppedAt = steps.findLast(({ attempts }) => attempts > 0)?.alias.replace('render::', '');
  const isThere = repository.heads()['stage/staging'] !== undefined;
  const manifests = isThere ? repository.files('stage/staging')['apps/hello/deployments/staging/deploy/manifests.yaml'] ?? '' : '';
  return { phase, message, stoppedAt, manifests, images: findImages(manifests).map((found) => found.text) };
}

function stepsOf(task: string, { vars, capsule }: { readonly vars: readonly Variable[]; readonly capsule: ValueMap }): readonly Step[] {
  const text = readFileSync(join(workspace, 'deploy/kargo/release-capsule', `${task}.yaml`), 'utf8');
  const steps = [{ uses: 'compose-output', as: 'capsule', config: capsule }, { as: 'render', task: { name: task } }];
  return inflateSteps({ name: 'staging', vars, steps }, [readTask(text)]);
}

function capsuleOutputs(path: string, { names, values }: ImageNaming): ValueMap {
  const image = { imageRepo: released.repository, imageTag: released.tag, imageDigest: released.digest };
  const naming = { imageNames: names, imageValues: values ?? {} };
  const inside = { packageKind: path.slice('package/'.length), packagePath: path, packageDigest: digestOf('e') };
  return { path: `./capsule/${path}`, ...image, ...naming, ...inside, gitCommit: '0'.repeat(40), capsule: 'ghcr.io/acme/capsule' };
}

function facts(renderer: Renderer, vars: readonly Variable[]): Parameters<typeof promote>[0] {
  const services = { metadata: { Stage: new Map(), Freight: new Map() }, pullRequests: new PullRequests(), renderer, secrets: {} };
  const freight = { name: 'freight', origin: 'capsules', images: [] };
  return { project: 'hello', stage: 'staging', promotion: 'promotion', freight, subscriptions: {}, vars, services };
}
