// Words that a reader of YAML 1.1 takes for a truth value, a number or nothing.
const otherMeanings = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
const plain = /^[A-Za-z][A-Za-z0-9._/+@-]*(?::(?:\/\/)?[A-Za-z0-9._/+@-]+)*$/;

/**
 * Writes a text as a YAML scalar that every reader takes for that text: plain where nothing in it can be misread, else
 * quoted as JSON is, with what YAML 1.1 takes for the end of a line escaped as well.
 * Source: YAML 1.2.2, sections 7.3.1 and 7.3.3; YAML 1.1, section 5.4.
 */
export function yamlScalar(text: string): string {
  if (plain.test(text) && !otherMeanings.test(text)) return text;
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape);
}

/** Writes a key and a list of texts, a line each; nothing where there are none. */
export function yamlList(key: string, texts: readonly string[], indent: string): readonly string[] {
  return texts.length === 0 ? [] : [`${indent}${key}:`, ...texts.map((text) => `${indent}  - ${yamlScalar(text)}`)];
}
