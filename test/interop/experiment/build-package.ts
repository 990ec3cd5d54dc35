import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildJobs, type Job, permittedPrograms } from './build-jobs.ts';
import { type Contact, contactsOf } from './contacts.ts';
import { type World } from './outside.ts';
import { runTraced, type TracedRun } from './run-traced.ts';
import { fileNameOf, type Tree } from './tree.ts';

/** The result of one run of a tool on a package. */
export interface BuildRun {
  readonly tool: Job['tool'];
  readonly root: string;
  readonly built: boolean;
  readonly contacts: readonly Contact[];
  /** The end of what it said, if it failed or reached outside. */
  readonly output: string;
}

/** The results of all runs on a package. */
export interface BuildReport {
  readonly runs: readonly BuildRun[];
  /** Contacts of the package as a whole: files that Argo CD obeys. Argo CD itself is not run here. */
  readonly contacts: readonly Contact[];
}

const shownCharacters = 600;
const missingChart = /found in Chart\.yaml, but missing in charts\//;

/** Builds a package with every tool, and lists what was reached outside it. */
export async function buildPackage(tree: Tree, world: World): Promise<BuildReport> {
  const runs: BuildRun[] = [];
  let written: Tree | undefined;
  for (const job of buildJobs(tree, world.package)) {
    if (job.tree !== written) await writeTree(job.tree, world);
    written = job.tree;
    const run = await runTraced(job.command, world);
    runs.push(report(job, run, world));
    if (job.onMissingChart === undefined || !missingChart.test(run.output)) continue;
    runs.push(report(job, await runTraced(job.onMissingChart, world), world));
    written = undefined;
  }
  return { runs, contacts: obeyedFiles(tree) };
}

function report(job: Job, run: TracedRun, world: World): BuildRun {
  const contacts = contactsOf(run, world, permittedPrograms);
  const built = run.status === 0;
  const output = built && contacts.length === 0 ? '' : run.output.slice(-shownCharacters);
  return { tool: job.tool, root: job.root, built, contacts, output };
}

/** Argo CD takes options of its tools, remote files among them, from a file of this name. */
function obeyedFiles(tree: Tree): readonly Contact[] {
  const names = [...tree.keys()].filter((path) => /^\.argocd-source(-.*)?\.yaml$/.test(fileNameOf(path)));
  return names.map((what) => ({ means: 'name', what }));
}

async function writeTree(tree: Tree, world: World): Promise<void> {
  await rm(world.package, { recursive: true, force: true });
  await rm(world.state, { recursive: true, force: true });
  await mkdir(`${world.state}/tmp`, { recursive: true });
  await mkdir(world.package, { recursive: true });
  for (const [path, content] of tree) {
    await mkdir(dirname(`${world.package}/${path}`), { recursive: true });
    await writeFile(`${world.package}/${path}`, content);
  }
}
