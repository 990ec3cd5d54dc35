import { SchemaError } from '../errors.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import type { ShownName } from './image-lines.ts';
import { followRenames, type KustomizeImage } from './kustomize-images.ts';

/** A name by which a package calls an image. */
export interface NamedImage {
  readonly name: string;
  readonly tag?: string | undefined;
  /** Where the package pins it itself. */
  readonly digest?: string | undefined;
  /** The file that shows it, below `package.path`; the first of several. */
  readonly file: string;
}

const maxNames = 1000; // the largest known package shows 200

/** The names that a package shows: each pair of name and tag once, with the first file that shows it. */
export class ShownNames {
  readonly #byKey = new Map<string, NamedImage>();

  /** @throws {SchemaError} `LIMIT_EXCEEDED`. */
  add({ name, tag, digest }: ShownName, file: string): void {
    const key = `${name}:${tag ?? ''}@${digest ?? ''}`;
    const known = this.#byKey.get(key);
    if (known !== undefined && compareUtf8(known.file, file) <= 0) return;
    this.#byKey.set(key, { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }), file });
    if (this.#byKey.size <= maxNames) return;
    throw new SchemaError('LIMIT_EXCEEDED', `the package shows more than ${maxNames} names of images`, {
      hint: 'Leave out what is not deployed, with include and exclude patterns.',
    });
  }

  /**
   * Adds what kustomizations make of the names.
   * @throws {SchemaError} `LIMIT_EXCEEDED`.
   */
  renamed(entries: readonly KustomizeImage[]): ShownNames {
    const names = new ShownNames();
    for (const { file, ...name } of followRenames(this.#byKey.values(), entries)) names.add(name, file);
    return names;
  }

  /** In order of name, then of tag (none first). */
  sorted(): readonly NamedImage[] {
    return [...this.#byKey.values()].sort(
      (a, b) => compareUtf8(a.name, b.name) || compareUtf8(a.tag ?? '', b.tag ?? '') || compareUtf8(a.digest ?? '', b.digest ?? ''),
    );
  }
}
