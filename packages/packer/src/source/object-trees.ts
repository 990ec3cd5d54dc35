import { type GitObjectFormat, type GitTreeEntry, maxTreeBytes, parseGitTree } from '@release-capsule/schema';
import type { GitObjects } from './git-objects.ts';
import type { TreeReader } from './tree-reader.ts';

/** The trees of a commit, which notes those that were opened, in the order of their first use: that is the proof. */
export class ObjectTrees implements TreeReader {
  readonly unsupported: TreeReader['unsupported'] = {
    why: 'it is a submodule, whose files are in another repository',
    hint: "Vendor a submodule's files: commit them in its place. Or leave it out with --exclude.",
  };
  readonly #objects: GitObjects;
  readonly #format: GitObjectFormat;
  readonly #signal: AbortSignal | undefined;
  readonly #read = new Map<string, ReadTree>();
  readonly #opened = new Set<ReadTree>();

  constructor(objects: GitObjects, format: GitObjectFormat, signal?: AbortSignal) {
    this.#objects = objects;
    this.#format = format;
    this.#signal = signal;
  }

  /** The raw bodies of the trees that were opened, without git's header. */
  get bodies(): readonly Uint8Array[] {
    return [...this.#opened].map(({ body }) => body);
  }

  async open(id: string): Promise<readonly GitTreeEntry[]> {
    const tree = await this.#get(id);
    this.#opened.add(tree);
    return tree.entries;
  }

  async peek(id: string): Promise<readonly GitTreeEntry[]> {
    return (await this.#get(id)).entries;
  }

  linkText(id: string, maxBytes: number): Promise<Uint8Array> {
    return this.#objects.read(id, { type: 'blob', maxBytes, signal: this.#signal });
  }

  async #get(id: string): Promise<ReadTree> {
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const body = await this.#objects.read(id, { type: 'tree', maxBytes: maxTreeBytes, signal: this.#signal });
    const read = { body, entries: parseGitTree(body, this.#format) };
    this.#read.set(id, read);
    return read;
  }
}

interface ReadTree {
  readonly body: Uint8Array;
  readonly entries: readonly GitTreeEntry[];
}
