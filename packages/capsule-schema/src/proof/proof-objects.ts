import { hashGitObject } from './git-object.ts';
import { type GitTreeEntry, parseGitTree } from './git-tree.ts';
import type { SourceProof } from './source-proof.ts';
import type { LinkRequest, LinkText, TreeWalk } from './tree-walk.ts';

/** Ends a walk that needs a tree which the proof lacks. */
export class TreeMissing extends Error {
  override readonly name = 'TreeMissing';
}

/** The trees of a proof by id, which notes in what order they are first used. */
export class ProofObjects {
  readonly #format: SourceProof['objectFormat'];
  readonly #bodies = new Map<string, Uint8Array>();
  readonly #parsed = new Map<string, readonly GitTreeEntry[]>();
  readonly #ids: readonly string[];

  constructor(proof: SourceProof) {
    this.#format = proof.objectFormat;
    this.#ids = proof.trees.map((body) => {
      const id = hashGitObject(proof.objectFormat, 'tree', body);
      this.#bodies.set(id, body);
      return id;
    });
  }

  /**
   * Runs a walk over the proof's trees; `linkText` answers where it asks for links.
   * @throws {TreeMissing} where the walk needs a tree that is not there.
   * @throws {SchemaError} `GIT_OBJECT_INVALID`, and what the walk throws.
   */
  run<T>(walk: TreeWalk<T>, linkText: (request: LinkRequest) => LinkText = () => undefined): T {
    let step = walk.next();
    while (step.done !== true) {
      const request = step.value;
      step = walk.next('tree' in request ? this.#open(request.tree) : linkText(request));
    }
    return step.value;
  }

  /** Tells whether the proof holds exactly the trees that were used, in the order of their first use. */
  get exactlyUsed(): boolean {
    const used = [...this.#parsed.keys()];
    return used.length === this.#ids.length && used.every((id, index) => id === this.#ids[index]);
  }

  #open(id: string): readonly GitTreeEntry[] {
    const known = this.#parsed.get(id);
    if (known !== undefined) return known;
    const body = this.#bodies.get(id);
    if (body === undefined) throw new TreeMissing(`the tree ${id} is not in the proof`);
    const entries = parseGitTree(body, this.#format);
    this.#parsed.set(id, entries);
    return entries;
  }
}
