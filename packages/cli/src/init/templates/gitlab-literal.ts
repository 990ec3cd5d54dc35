/**
 * Writes a text as a literal of GitLab's expressions, which know no escapes: one that holds both quotes cannot be written,
 * and is undefined.
 * Source: gitlab-org/gitlab lib/gitlab/ci/pipeline/expression/lexeme/string.rb.
 */
export function gitLabLiteral(text: string): string | undefined {
  const quote = ['"', "'"].find((mark) => !text.includes(mark));
  return quote === undefined ? undefined : `${quote}${text}${quote}`;
}
