import type { Draw } from './draw.ts';
import { below, type Tree } from './tree.ts';
import type { Writing } from './writing.ts';
import type { ReferenceKind } from './yaml-value.ts';

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

  /** Puts a file unless another one is in the way, and tells whether it did. */
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

  /** How to write a file whose references start from `directory`. The file that an odd one may name is put there as a decoy. */
  writing(directory: string, decoy?: string): Writing {
    if (decoy === undefined) return { draw: this.draw, directory };
    return {
      draw: this.draw,
      directory,
      decoy: (reference, kind, draw) => this.putDecoy(below(directory, reference), kind, decoy, draw),
    };
  }

  /** Puts a file, or a directory with a kustomization, at a path that a reader may find in an odd text. */
  putDecoy(reference: string, kind: ReferenceKind, content: string, draw: Draw): void {
    const path = reference
      .split('/')
      .filter((segment) => segment !== '' && segment !== '.')
      .join('/');
    const isDirectory = kind === 'directory' || kind === 'component' || (kind === 'resource' && draw.chance(50));
    if (!isDirectory) this.put(path, content);
    else if (this.put(`${path}/kustomization.yaml`, decoyKustomization(kind))) this.put(`${path}/decoy.yaml`, content);
  }

  #isBlocked(path: string): boolean {
    const segments = path.split('/');
    if (segments.some((_, index) => index > 0 && this.#files.has(segments.slice(0, index).join('/')))) return true;
    return [...this.#files.keys()].some((other) => other.startsWith(`${path}/`));
  }
}

function decoyKustomization(kind: ReferenceKind): string {
  const head = kind === 'component' ? 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n' : '';
  return `${head}resources: [decoy.yaml]\n`;
}

/** Tells whether a file system takes the path, and it stays in the package. */
function isUsable(path: string): boolean {
  const segments = path.split('/');
  return (
    !path.includes('\0') && segments.every((segment) => !['', '.', '..'].includes(segment) && Buffer.byteLength(segment) < 250)
  );
}
