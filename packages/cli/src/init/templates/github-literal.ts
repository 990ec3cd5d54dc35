/**
 * Writes a text as a literal of GitHub's expression language. What would begin or end an expression must not be in it.
 * Source: docs.github.com, "Evaluate expressions in workflows and actions", Literals.
 */
export function gitHubLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
