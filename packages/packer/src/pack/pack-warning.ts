/** Something that was packed, and may still be a mistake: nothing that the packer can see says which. */
export interface PackWarning {
  readonly code: 'IMAGE_NAMES_STATED';
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}
