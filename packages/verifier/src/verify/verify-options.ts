import type { CapsuleLimits } from '@release-capsule/schema';

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
export type VerifyStep = 'manifest' | 'signature' | 'layer';

/** How a capsule is verified. */
export interface VerifyOptions {
  /** The reference that the store was opened with; without it the Freight's own capsule or image tag is looked up. */
  readonly capsule?: CapsuleReference;
  /** The clock: signers have dates. */
  readonly now: () => Date;
  /** Where the layer is spooled. */
  readonly temporaryDirectory: string;
  readonly limits?: CapsuleLimits;
  /** How long the store may take in all, in milliseconds; what it has not answered by then is unknown. */
  readonly deadlineMs?: number;
  readonly onProgress?: (step: VerifyStep) => void;
  readonly signal?: AbortSignal | undefined;
}
