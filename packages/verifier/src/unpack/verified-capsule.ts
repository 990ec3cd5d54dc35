import type { Descriptor, Spool } from '@release-capsule/oci';
import type { CapsuleLimits, ContentFile, ManifestOutline, ReleaseRecord } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';

/** Everything about a capsule that a verification has established. */
export interface VerifiedContent {
  readonly descriptor: Descriptor;
  readonly record: ReleaseRecord;
  readonly manifest: ManifestOutline;
  readonly files: readonly ContentFile[];
  readonly limits: CapsuleLimits;
  /** The verified layer. */
  readonly layer: Spool;
}

/**
 * Holds a capsule that a verification has accepted, with its layer in a private file. It is the only thing that can be
 * unpacked, and only `verifyCapsule` makes one. Close it, or let `await using` do so, to free the file.
 */
export class VerifiedCapsule implements AsyncDisposable {
  readonly #content: VerifiedContent;
  #isClosed = false;

  private constructor(content: VerifiedContent) {
    this.#content = content;
  }

  /** Wraps what was verified. Not exported from the package: acceptance is `verifyCapsule`'s alone to give. */
  static accept(content: VerifiedContent): VerifiedCapsule {
    return new VerifiedCapsule(content);
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

  /**
   * Gives the unpacker what was verified.
   * @throws {VerifyError} `ALREADY_DISPOSED`.
   */
  static contentOf(capsule: VerifiedCapsule): VerifiedContent {
    if (!capsule.#isClosed) return capsule.#content;
    throw new VerifyError('ALREADY_DISPOSED', `the verified capsule ${capsule.descriptor.digest} was closed`, {
      hint: 'Unpack before closing it.',
    });
  }

  /** Frees the private file. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#content.layer.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
