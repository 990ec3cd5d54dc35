import { type GitObjectFormat, type GitTreeEntry, maxTreeBytes, parseGitTree } from '@release-capsule/schema';
import type { GitObjects } from './git-objects.ts';
import type { TreeReader } from './tree-reader.ts';

/** The trees of a commit, which keeps those that were read, in the order of their first use: that is the proof. */
export class ObjectTrees implements TreeReader {
  readonly unsupported: string = 'it is a submodule';
  readonly #objects: GitObjects;
  readonly #format: GitObjectFormat;
  readonly #signal: AbortSignal | undefined;
  readonly #read = new Map<string, { readonly body: Uint8Array; readonly entries: readonly GitTreeEntry[] }>();

  constructor(objects: GitObjects, format: GitObjectFormat, signal?: AbortSignal) {
    this.#objects = objects;
    this.#format = format;
    this.#signal = signal;
  }

  /** The raw bodies of the trees that were read, without git's header. */
  get bodies(): readonly Uint8Array[] {
    return [...this.#read.values()].map(({ body }) => body);
  }

  async open(id: string): Promise<readonly GitTreeEntry[]> {
    const known = this.#read.get(id);
    if (known !== undefined) return known.entries;
    const body = await this.#objects.read(id, { type: 'tree', maxBytes: maxTreeBytes, signal: this.#signal });
    const entries = parseGitTree(body, this.#format);
    this.#read.set(id, { body, entries });
    return entries;
  }

  linkText(id: string, maxBytes: number): Promise<Uint8Array> {
    return this.#objects.read(id, { type: 'blob', maxBytes, signal: this.#signal });
  }
}
