/** Where the references of a document stand. */
export interface ReferencePlace {
  /** The file that is named in findings. */
  readonly file: string;
  /** The directory that paths start from: that of the kustomization, also for a plugin's configuration elsewhere. */
  readonly directory: string;
  /** The field that holds the document, where it is a text in another; else empty. */
  readonly field: string;
}

/** Names a field of a document that may stand in another one's text. */
export function fieldAt({ field: owner }: Pick<ReferencePlace, 'field'>, field: string): string {
  if (owner === '') return field;
  return field === '' ? owner : `${owner}.${field}`;
}
