import { SchemaError } from '../errors.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import { PathSet } from '../path/path-set.ts';
import { quote } from '../quote.ts';
import type { ArchiveEntry } from './entry-blocks.ts';

/** Holds the entries of an archive to their one order: sorted, unique, each directory before what it holds. */
export class EntryOrder {
  readonly #maxEntries: number;
  readonly #paths = new PathSet();
  readonly #directories = new Set<string>(['']);
  #last: ArchiveEntry | undefined;
  #count = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /**
   * Takes the next entry, whose path has been parsed.
   * @throws {SchemaError} `ARCHIVE_ORDER`, `LIMIT_EXCEEDED`, `PATH_COLLISION`.
   */
  next(entry: ArchiveEntry): void {
    this.#count += 1;
    if (this.#count > this.#maxEntries) {
      throw new SchemaError('LIMIT_EXCEEDED', `the archive holds more than ${this.#maxEntries} entries`);
    }
    this.#checkSorted(entry);
    this.#checkFilled(entry.path);
    this.#checkParent(entry.path);
    if (entry.kind === 'directory') this.#directories.add(entry.path);
    else this.#paths.add(entry.path);
    this.#last = entry;
  }

  /** @throws {SchemaError} `ARCHIVE_ORDER`. */
  end(): void {
    this.#checkFilled('');
  }

  #checkSorted({ path }: ArchiveEntry): void {
    if (this.#last === undefined || compareUtf8(this.#last.path, path) < 0) return;
    const how = this.#last.path === path ? 'stands twice' : `stands after ${quote(this.#last.path)}`;
    throw outOfOrder(`${quote(path)} ${how}`);
  }

  /** A directory exists for a file below it; in sorted order, the next entry is then below it too. */
  #checkFilled(nextPath: string): void {
    if (this.#last?.kind !== 'directory' || nextPath.startsWith(this.#last.path)) return;
    throw outOfOrder(`the directory ${quote(this.#last.path)} holds nothing`);
  }

  #checkParent(path: string): void {
    const parent = path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
    if (!this.#directories.has(parent)) throw outOfOrder(`${quote(path)} stands without its directory`);
  }
}

function outOfOrder(why: string): SchemaError {
  return new SchemaError('ARCHIVE_ORDER', `the archive's entries are not in their one order: ${why}`);
}
