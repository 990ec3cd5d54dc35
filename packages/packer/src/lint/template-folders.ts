import { posix } from 'node:path';

/** Lists the folders of a package's charts in which Helm renders whatever it finds, and applies it; each ends with a slash. */
export function templateFolders(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => posix.basename(path) === 'Chart.yaml').map((path) => posix.join(posix.dirname(path), 'templates/'));
}
