import { toolPath } from '../tools.ts';
import { below, directoryOf, fileNameOf, type Tree } from './tree.ts';

/** One run of a tool on a package. */
export interface Job {
  readonly tool: 'kustomize571' | 'kustomize' | 'helm3' | 'helm';
  /** The directory that the tool is told to build; the package's root is empty. */
  readonly root: string;
  readonly tree: Tree;
  readonly command: readonly string[];
  /** What a deployer runs where the first command misses a chart: Argo CD and Kargo do so. */
  readonly onMissingChart?: readonly string[];
}

const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
// Kargo carries the older kustomize, and each kustomize calls the Helm of its time.
const kustomizeTools = [
  { tool: 'kustomize571', helm: 'helm3' },
  { tool: 'kustomize', helm: 'helm' },
] as const;
const helmTools = ['helm3', 'helm'] as const;

/** The programs that a job may run, by path. */
export const permittedPrograms: readonly string[] = ['kustomize571', 'kustomize', 'helm3', 'helm'].map((name) =>
  toolPath(name as Job['tool']),
);

/** Lists the runs for a package in `directory`: each kustomization and each chart in it is built by each tool. */
export function buildJobs(tree: Tree, directory: string): readonly Job[] {
  return [...chosenTrees(tree).flatMap((chosen) => kustomizeJobs(chosen, directory)), ...helmJobs(tree, directory)];
}

function kustomizeJobs(tree: Tree, directory: string): readonly Job[] {
  return kustomizationDirectories(tree).flatMap((root) =>
    kustomizeTools.map(({ tool, helm }) => {
      const options = ['--load-restrictor', 'LoadRestrictionsNone', '--enable-helm', `--helm-command=${toolPath(helm)}`];
      return { tool, root, tree, command: [toolPath(tool), 'build', ...options, '--', below(directory, root)] };
    }),
  );
}

function helmJobs(tree: Tree, directory: string): readonly Job[] {
  return chartDirectories(tree).flatMap((root) =>
    helmTools.map((tool) => ({
      tool,
      root,
      tree,
      command: [toolPath(tool), 'template', 'release', below(directory, root)],
      onMissingChart: [toolPath(tool), 'dependency', 'build', below(directory, root)],
    })),
  );
}

/**
 * kustomize refuses a directory with two kustomizations; another consumer takes one of them by a rule of its own. So
 * such a package is built once for each choice.
 */
function chosenTrees(tree: Tree): readonly Tree[] {
  const twice = kustomizationDirectories(tree).some((directory) => namesIn(tree, directory).length > 1);
  if (!twice) return [tree];
  return kustomizationNames.map((wanted) => {
    const isDropped = (path: string): boolean => {
      const names = namesIn(tree, directoryOf(path));
      return (
        names.includes(fileNameOf(path)) && names.length > 1 && fileNameOf(path) !== (names.includes(wanted) ? wanted : names[0])
      );
    };
    return new Map([...tree].filter(([path]) => !isDropped(path)));
  });
}

function namesIn(tree: Tree, directory: string): readonly string[] {
  return kustomizationNames.filter((name) => tree.has(below(directory, name)));
}

function kustomizationDirectories(tree: Tree): readonly string[] {
  const files = [...tree.keys()].filter((path) => kustomizationNames.includes(fileNameOf(path)));
  return [...new Set(files.map(directoryOf))].sort();
}

/** Charts below another chart's `charts` are rendered with it. */
function chartDirectories(tree: Tree): readonly string[] {
  const all = [...tree.keys()].filter((path) => fileNameOf(path) === 'Chart.yaml').map(directoryOf);
  return all.filter((directory) => !all.some((other) => directory.startsWith(below(other, 'charts/'))));
}
