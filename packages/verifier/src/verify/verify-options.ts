import type { ArgumentShape } from '@release-capsule/core';
import type { ReadableStore, ReferrerLister } from '@release-capsule/oci';
import type { CapsuleLimits } from '@release-capsule/schema';
import type { VerdictReport } from '../findings/report.ts';

/** Where the caller looks for the capsule. Nothing is believed because of it. */
export interface CapsuleReference {
  /** Registry and repository; absent where the store is a layout or in memory. */
  readonly repository?: string;
  /** `oci:DIRECTORY`, where the store is a layout; for the report alone. */
  readonly layout?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What a verification is doing, in order. */
export type VerifyStep = 'manifest' | 'signature' | 'image' | 'layer';

/** What the application image's manifest, signatures and attestations are read from. */
export type ImageStore = ReadableStore & ReferrerLister;

/** How a capsule is verified. */
export interface VerifyOptions {
  /** The reference that the store was opened with; without it the Freight's own capsule or image tag is looked up. */
  readonly capsule?: CapsuleReference;
  /** The clock: signers have dates. The system's by default. */
  readonly now?: (() => Date) | undefined;
  /**
   * Opens the store that holds the application image. Called only where the policy asks about the image, with the
   * policy's own `image.repository`: no other repository is ever asked for.
   */
  readonly openImage?: (repository: string) => ImageStore | Promise<ImageStore>;
  /** Where the layer is spooled; the system's place for temporary files by default. */
  readonly temporaryDirectory?: string | undefined;
  readonly limits?: CapsuleLimits;
  /** How long the store may take in all, in milliseconds; what it has not answered by then is unknown. */
  readonly deadlineMs?: number;
  /** Looks at every signature, and says in the evidence what became of each; the verdict stays the same. */
  readonly explain?: boolean;
  readonly onProgress?: (step: VerifyStep) => void;
  /** Hears, once, how to ask for a report of what was found until then: for a caller who cannot wait for the end. */
  readonly onBegun?: (reportSoFar: (why: string) => VerdictReport) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What of {@link VerifyOptions} is checked by its type alone. */
export const verifyOptionsShape: ArgumentShape = {
  'capsule?': { 'repository?': 'text', 'layout?': 'text', 'tag?': 'text', 'digest?': 'text' },
  'now?': 'function',
  'openImage?': 'function',
  'temporaryDirectory?': 'text',
  'limits?': 'object',
  'deadlineMs?': 'amount',
  'explain?': 'boolean',
  'onProgress?': 'function',
  'onBegun?': 'function',
  'signal?': 'signal',
};
