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
  readonly task: 'render-kustomize' | 'render-helm' | 'check-deployed';
  /** The package, from its root. */
  readonly files: Files;
  readonly naming: ImageNaming;
  /** What the GitOps repository has instead of the example's, or beside it. */
  readonly gitops?: Files;
  readonly vars?: Readonly<Record<string, string>>;
  /** The Stage, and the application that is promoted. */
  readonly stage?: string;
  readonly app?: string;
  /** Where an earlier promotion has left something; one of its own unless given. */
  readonly repository?: GitopsRepository;
  readonly pullRequests?: PullRequests;
  /** What earlier promotions have written about the Freight. */
  readonly known?: ValueMap;
  /** Steps after the task, as a Stage has them. */
  readonly after?: readonly string[];
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
  readonly repository: GitopsRepository;
  readonly pullRequests: PullRequests;
  readonly output: ValueMap;
  readonly freightMetadata: ValueMap | undefined;
}

/** Makes a GitOps repository with what deployments add, and no branch of rendered files. */
export function gitopsWith(directory: string, files: Files = {}): GitopsRepository {
  return new GitopsRepository(mkdtempSync(join(directory, 'gitops-')), { main: { ...exampleSources, ...files }, branches: {} });
}

/** Runs one of the tasks that render on a package that has been verified and unpacked. */
export async function renderByTask(directory: string, renderer: Renderer, input: TaskInput): Promise<TaskResult> {
  const { task, files, naming, gitops, vars = {}, stage = 'staging', app = 'hello', after = [] } = input;
  const repository = input.repository ?? gitopsWith(directory, gitops);
  const pullRequests = input.pullRequests ?? new PullRequests();
  const workDir = mkdtempSync(join(directory, 'task-'));
  const path = `package/${task.replace('render-', '')}`;
  writeFiles(join(workDir, 'capsule', path), files);

  const given = Object.entries({ gitopsRepo: repository.url, app, entry: '.', ...vars }).map(([name, value]) => ({ name, value }));
  const toRun = stepsOf([task, ...after], given, capsuleOutputs(path, naming));
  const about = facts({ stage, renderer, pullRequests, vars: given });
  if (input.known !== undefined) about.services.metadata.Freight.set('freight', input.known);
  const { phase, message, steps, state } = await promote(about, toRun, { workDir });

  const stoppedAt = steps.findLast(({ attempts }) => attempts > 0)?.alias.replace('render::', '');
  const manifests = pushedManifests(repository, { deployment: stage, folder: 'apps', app, ...vars });
  const images = findImages(manifests).map((found) => found.text);
  const output = (state['render'] ?? {}) as ValueMap;
  const freightMetadata = about.services.metadata.Freight.get('freight');
  return { phase, message, stoppedAt, manifests, images, repository, pullRequests, output, freightMetadata };
}

interface Place {
  readonly deployment: string;
  readonly folder: string;
  readonly app: string;
}

function pushedManifests(repository: GitopsRepository, { deployment, folder, app }: Place): string {
  const branch = `stage/${deployment}`;
  if (repository.heads()[branch] === undefined) return '';
  return repository.files(branch)[`${folder}/${app}/deployments/${deployment}/deploy/manifests.yaml`] ?? '';
}

function stepsOf(tasks: readonly string[], vars: readonly Variable[], capsule: ValueMap): readonly Step[] {
  const texts = tasks.map((task) => readFileSync(join(workspace, 'deploy/kargo/release-capsule', `${task}.yaml`), 'utf8'));
  const uses = tasks.map((name, index) => ({ as: index === 0 ? 'render' : name, task: { name } }));
  const steps = [{ uses: 'compose-output', as: 'capsule', config: capsule }, ...uses];
  return inflateSteps({ name: 'staging', vars, steps }, texts.map(readTask));
}

function capsuleOutputs(path: string, { names, values }: ImageNaming): ValueMap {
  const image = { imageRepo: released.repository, imageTag: released.tag, imageDigest: released.digest };
  const naming = { imageNames: names, imageValues: values ?? {} };
  const inside = { packageKind: path.slice('package/'.length), packagePath: path, packageDigest: digestOf('e') };
  const capsule = { capsule: 'ghcr.io/acme/capsule', capsuleDigest: digestOf('f'), release: 'hello', gitCommit: '0'.repeat(40) };
  return { path: `./capsule/${path}`, ...image, ...naming, ...inside, ...capsule };
}

interface Given {
  readonly stage: string;
  readonly renderer: Renderer;
  readonly pullRequests: PullRequests;
  readonly vars: readonly Variable[];
}

let promotions = 0;

function facts({ stage, renderer, pullRequests, vars }: Given): Parameters<typeof promote>[0] {
  const services = { metadata: { Stage: new Map(), Freight: new Map() }, pullRequests, renderer, secrets: {} };
  const freight = { name: 'freight', origin: 'capsules', images: [] };
  return { project: 'hello', stage, promotion: `promotion-${(promotions += 1)}`, freight, subscriptions: {}, vars, services };
}
