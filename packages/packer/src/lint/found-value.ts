/** A value that a text gives a Secret: where it stands, never what it is. */
export interface FoundValue {
  /** What holds it: a Secret, or what makes one. */
  readonly kind: 'Secret' | 'SecretGenerator';
  /** The holder's name as the text spells it; empty where it has none. */
  readonly name: string;
  /** The place of the value in its holder: `stringData.password`, `literals`. */
  readonly field: string;
  readonly key: string;
}

/** A file whose content a generator puts into a Secret. */
export interface GeneratorFile extends FoundValue {
  /** As the generator spells it. */
  readonly path: string;
  /** An env file holds one value a line; any other is one value. */
  readonly isEnv: boolean;
  /** Whether a file of its own configures the generator; kustomize then reads from the directory of a kustomization. */
  readonly isPlugin: boolean;
}
