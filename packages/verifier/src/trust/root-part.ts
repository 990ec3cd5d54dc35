/** What a part of a trusted root is. */
export type RootPartKind = 'certificate-authority' | 'transparency-log' | 'certificate-log' | 'timestamp-authority';

/** One authority or log, as a trusted root has it. */
export interface RootPart {
  readonly kind: RootPartKind;
  /** Its address; empty where the root states none. */
  readonly url: string;
  /** An authority's subject, or a log's key id in hexadecimal. */
  readonly name: string;
  readonly from: Date;
  /** The end of its period; absent while it has none. */
  readonly until?: Date;
  /** An authority's: when the first certificate of its chain ends. */
  readonly certificatesUntil?: Date;
  readonly state: 'current' | 'ended' | 'future';
}
