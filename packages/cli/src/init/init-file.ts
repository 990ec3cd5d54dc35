/** A file of the set-up, by its path from the root of the repository. */
export interface InitFile {
  readonly path: string;
  readonly text: string;
}
