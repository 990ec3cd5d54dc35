/** Something that was packed although it may be a mistake: the packer cannot tell. */
export interface PackWarning {
  readonly code: 'IMAGE_NAMES_STATED' | 'UNCOMMITTED_CHANGE';
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}
