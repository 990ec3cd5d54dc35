/** Lists the expressions in every text of a value, without their delimiters. */
export function expressionsIn(value: unknown): readonly string[] {
  return textsIn(value).flatMap((text) => [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].map((match) => (match[1] ?? '').trim()));
}

/** Lists every text in a value, keys excepted: Kargo evaluates none of those. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Lists the functions that an expression calls. */
export function callsIn(expression: string): readonly string[] {
  return [...withoutStrings(expression).matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map((match) => match[1] ?? '');
}

/** Lists the paths that an expression takes from a variable such as `vars` or `task.outputs`, each by its first keys. */
export function pathsFrom(expression: string, root: string): readonly (readonly string[])[] {
  const pattern = new RegExp(`(?<![\\w.])${root.replaceAll('.', '\\.')}((?:\\??\\.\\w+|\\['[^']+'\\])+)`, 'g');
  const paths = [...expression.matchAll(pattern)].map((match) => match[1] ?? '');
  return paths.map((path) => [...path.matchAll(/\.(\w+)|\['([^']+)'\]/g)].map((key) => key[1] ?? key[2] ?? ''));
}

function withoutStrings(expression: string): string {
  return expression.replaceAll(/'[^']*'|"[^"]*"/g, "''");
}
