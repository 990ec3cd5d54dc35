import type { Draw } from './draw.ts';
import { below, type Tree } from './tree.ts';
import type { Writing } from './write-yaml.ts';

/** A package while it is drawn. */
export class Draft {
  readonly draw: Draw;
  readonly #files = new Map<string, string | Uint8Array>();
  readonly #counts = new Map<string, number>();

  constructor(draw: Draw) {
    this.draw = draw;
  }

  get tree(): Tree {
    return this.#files;
  }

  /** Puts a file where nothing stands in the way, and tells whether it did. */
  put(path: string, content: string | Uint8Array): boolean {
    if (!isUsable(path) || this.#files.has(path) || this.#isBlocked(path)) return false;
    this.#files.set(path, content);
    return true;
  }

  /** A name that is not yet taken: `cm-1`, `cm-2`. */
  name(stem: string): string {
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    return `${stem}-${count}`;
  }

  /** How a file is written whose references go from `directory`; `decoy` is put wherever an odd reference may lead. */
  writing(directory: string, decoy?: string): Writing {
    const putDecoy = (reference: string): void => {
      if (decoy === undefined) return;
      const path = below(directory, reference)
        .split('/')
        .filter((segment) => segment !== '' && segment !== '.')
        .join('/');
      if (this.draw.chance(50)) this.put(path, decoy);
      else if (this.put(`${path}/kustomization.yaml`, 'resources: [decoy.yaml]\n')) this.put(`${path}/decoy.yaml`, decoy);
    };
    return { draw: this.draw, directory, decoy: putDecoy };
  }

  #isBlocked(path: string): boolean {
    const segments = path.split('/');
    if (segments.some((_, index) => index > 0 && this.#files.has(segments.slice(0, index).join('/')))) return true;
    return [...this.#files.keys()].some((other) => other.startsWith(`${path}/`));
  }
}

/** A file system takes such a path, and it does not lead out of the package. */
function isUsable(path: string): boolean {
  const segments = path.split('/');
  return (
    !path.includes('\0') && segments.every((segment) => !['', '.', '..'].includes(segment) && Buffer.byteLength(segment) < 250)
  );
}
