import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/**
 * Collects the paths of one archive and refuses two that some file system would take for one: equal after case folding
 * and NFC, or a file where another path needs a directory.
 */
export class PathSet {
  readonly #files = new Map<string, string>();
  readonly #directories = new Map<string, string>();

  /**
   * Adds a file and the directories above it.
   * @throws {SchemaError} `PATH_COLLISION`.
   */
  add(path: string): void {
    const folded = foldPath(path);
    const other = this.#files.get(folded) ?? this.#directories.get(folded);
    if (other !== undefined) throw collision(path, other);
    this.#files.set(folded, path);
    this.#addAncestors(path);
  }

  #addAncestors(path: string): void {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const directory = path.slice(0, slash);
      const folded = foldPath(directory);
      const file = this.#files.get(folded);
      if (file !== undefined) throw collision(path, file);
      const known = this.#directories.get(folded);
      if (known === directory) return; // and so are all above it
      if (known !== undefined) throw collision(directory, known);
      this.#directories.set(folded, directory);
    }
  }
}

/**
 * Folds case as the file systems of macOS and Windows do, or more: what this keeps apart, they keep apart.
 * Lower, upper and lower again, so that "ß" meets both "SS" and "ẞ", and the final sigma its sisters.
 */
export function foldPath(path: string): string {
  if (ascii.test(path)) return path.toLowerCase(); // nearly every path, at a tenth of the cost
  return path.normalize('NFD').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}

const ascii = /^\p{ASCII}*$/u;

function collision(path: string, other: string): SchemaError {
  const [a, b] = [quote(path), quote(other)];
  const how = path === other ? `${a} is named twice` : `${a} and ${b} are the same path on some file systems`;
  return new SchemaError('PATH_COLLISION', `two paths of the package collide: ${how}`, {
    hint: 'Rename one of them in Git, or leave one out with --exclude.',
  });
}
