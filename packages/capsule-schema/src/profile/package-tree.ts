import { kustomizationNames } from './reference-files.ts';

/** Which files and directories a package holds. The root directory is `''`. */
export interface PackageTree {
  /** In the order they were given. */
  readonly files: ReadonlySet<string>;
  /** Every directory that holds something, the root too. */
  readonly directories: ReadonlySet<string>;
  /** Names of the directories directly in a directory. */
  directoriesIn(directory: string): readonly string[];
  /** Names of the files directly in a directory. */
  filesIn(directory: string): readonly string[];
  /** Paths of the kustomizations in a directory: kustomize refuses more than one. */
  kustomizationsIn(directory: string): readonly string[];
}

/** Indexes the paths of a package. */
export function packageTree(paths: Iterable<string>): PackageTree {
  const files = new Set(paths);
  const directories = new Map<string, Set<string>>([['', new Set()]]);
  const filesByDirectory = new Map<string, string[]>();
  for (const file of files) {
    addParents(directories, file);
    const directory = directoryOf(file);
    const names = filesByDirectory.get(directory) ?? [];
    names.push(file.slice(directory === '' ? 0 : directory.length + 1));
    filesByDirectory.set(directory, names);
  }
  return {
    files,
    directories: new Set(directories.keys()),
    directoriesIn: (directory) => [...(directories.get(directory) ?? [])],
    filesIn: (directory) => [...(filesByDirectory.get(directory) ?? [])],
    kustomizationsIn: (directory) =>
      kustomizationNames.map((name) => joinPath(directory, name)).filter((path) => files.has(path)),
  };
}

/** Joins a directory of the package, `''` for its root, and a name. */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** The directory that holds a file, `''` for the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function addParents(directories: Map<string, Set<string>>, file: string): void {
  let child = directoryOf(file);
  while (child !== '') {
    const parent = directoryOf(child);
    const siblings = directories.get(parent) ?? new Set<string>();
    const name = child.slice(parent === '' ? 0 : parent.length + 1);
    if (directories.has(child) && siblings.has(name)) return;
    directories.set(parent, siblings.add(name));
    if (!directories.has(child)) directories.set(child, new Set());
    child = parent;
  }
}
