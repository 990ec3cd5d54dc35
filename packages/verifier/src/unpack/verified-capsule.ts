import type { Descriptor } from '@release-capsule/oci';
import type { ContentFile, ReleaseRecord } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import type { SpooledTree } from './spooled-tree.ts';

/** Everything about a capsule that a verification has established. */
export interface VerifiedContent {
  readonly descriptor: Descriptor;
  readonly record: ReleaseRecord;
  /** Every file, in archive order, by what its bytes hash to. */
  readonly files: readonly ContentFile[];
  /** The same files with their bytes. */
  readonly tree: SpooledTree;
}

const acceptance = Symbol('acceptance');

function notAccepted(): VerifyError {
  return new VerifyError('OPTION_INVALID', 'only a capsule that verifyCapsule accepted can be unpacked', {
    hint: 'Pass the capsule of an accepted verdict, as verifyCapsule returned it.',
  });
}

/** Wraps what was verified. Not exported from the package: acceptance is `verifyCapsule`'s alone to give. */
export let acceptCapsule: (content: VerifiedContent) => VerifiedCapsule;

/**
 * Gives the unpacker what was verified.
 * @throws {VerifyError} `ALREADY_DISPOSED`; `OPTION_INVALID` for anything that `verifyCapsule` did not make.
 */
export let contentOf: (capsule: VerifiedCapsule) => VerifiedContent;

/**
 * Holds a capsule that a verification has accepted, with its files in a private one. It is the only thing that can be
 * unpacked, and only `verifyCapsule` makes one. Close it, or let `await using` do so, to free the file.
 */
export class VerifiedCapsule implements AsyncDisposable {
  readonly #content: VerifiedContent;
  #isClosed = false;

  private constructor(content: VerifiedContent, proof: symbol) {
    // An accepted capsule hands out its own constructor; at run time `private` does not hide it.
    if (proof !== acceptance) throw new TypeError('only verifyCapsule accepts a capsule');
    this.#content = content;
  }

  static {
    acceptCapsule = (content) => new VerifiedCapsule(content, acceptance);
    contentOf = (capsule) => {
      if (!(#content in capsule)) throw notAccepted();
      if (!capsule.#isClosed) return capsule.#content;
      throw new VerifyError('ALREADY_DISPOSED', `the verified capsule ${capsule.descriptor.digest} was closed`, {
        hint: 'Unpack before closing it.',
      });
    };
  }

  /** The capsule's manifest. */
  get descriptor(): Descriptor {
    return this.#content.descriptor;
  }

  get record(): ReleaseRecord {
    return this.#content.record;
  }

  /** Every file in the capsule, in archive order. */
  get files(): readonly ContentFile[] {
    return this.#content.files;
  }

  /** Frees the private file. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#content.tree.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
