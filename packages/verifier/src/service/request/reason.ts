const maxReasonCharacters = 2000; // Kargo keeps it in the promotion's status; a defect in each of a thousand images need not be told

/** Cuts what an answer gives as its reason to what a person reads. */
export function shortReason(text: string): string {
  return text.slice(0, maxReasonCharacters);
}
