/** A Secret as a text shows it. */
export interface FoundSecret {
  readonly name: string;
  readonly keys: readonly string[];
}
