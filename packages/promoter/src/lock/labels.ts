import { isMap, isScalar, parseAllDocuments, visit } from 'yaml';

/**
 * Tells whether a text is a part of a label. Kubernetes takes no "@" there, and no more than 63 characters: a tag that a
 * chart repeats in a label cannot carry a digest.
 */
export function isInLabels(rendered: string, text: string): boolean {
  if (!rendered.includes(text)) return false;
  let isFound = false;
  for (const document of parseAllDocuments(rendered, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false })) {
    visit(document, {
      Pair: (_key, { key, value }) => {
        if (!isScalar(key) || !isMap(value) || !labelKeys.has(String(key.source))) return undefined;
        isFound ||= value.items.some((label) => isScalar(label.value) && String(label.value.source).includes(text));
        return isFound ? visit.BREAK : undefined;
      },
    });
  }
  return isFound;
}

const labelKeys = new Set(['labels', 'matchLabels', 'commonLabels']);
