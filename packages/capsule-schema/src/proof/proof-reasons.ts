/** Why a source proof is refuted. */
export type SourceProofReasonCode =
  | 'FORMAT_MISMATCH' // the proof's hash is not the commit id's
  | 'COMMIT_MISMATCH' // the proof's commit is not the record's
  | 'OBJECT_INVALID' // a commit or tree that is not well formed
  | 'TIME_MISMATCH' // the archive's time is not the committer's
  | 'TREE_MISSING' // a tree that the walk needs is not in the proof
  | 'TREE_SURPLUS' // trees twice, unneeded or out of order
  | 'TREE_MISMATCH' // the record names another tree
  | 'PATH_MISSING' // the commit has no such directory
  | 'RECORD_INVALID' // patterns, links or additions that no record may hold
  | 'LIMIT_EXCEEDED'
  | 'FILE_FOREIGN' // packed, but not selected from the commit
  | 'FILE_CHANGED' // other bytes than in the commit
  | 'MODE_CHANGED' // executable here and not there, or the reverse
  | 'FILE_MISSING' // selected, but not packed
  | 'ENTRY_UNSUPPORTED' // a link that the record does not list, a submodule, a name no capsule can hold
  | 'LINK_MISMATCH' // a listed link that is not a link, has another text, or cannot be followed
  | 'ADDITION_MISMATCH'; // a listed addition that is not packed, has other bytes, or hides a file of the commit

/** One reason, with the path below the package's directory that it is about. */
export interface SourceProofReason {
  readonly code: SourceProofReasonCode;
  readonly message: string;
  readonly path?: string;
}

/** Collects reasons: the first few in words, the rest as a number. */
export class ProofReasons {
  readonly #first: SourceProofReason[] = [];
  #count = 0;

  /** Notes a reason. */
  add(code: SourceProofReasonCode, message: string, path?: string): void {
    this.#count += 1;
    if (this.#count > maxReasons) return;
    this.#first.push(path === undefined ? { code, message } : { code, message, path });
  }

  /** The first reasons, in the order in which they were found. */
  get first(): readonly SourceProofReason[] {
    return this.#first;
  }

  /** How many there are in all. */
  get count(): number {
    return this.#count;
  }
}

const maxReasons = 10; // enough to see what went wrong; hostile input could make thousands
