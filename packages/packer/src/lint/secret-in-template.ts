import { isHarmlessValue } from './secret-fields.ts';
import type { FoundSecret } from './found-secret.ts';

const dataLine = /^(\s*)(?:-\s+)?["']?(?:data|stringData)["']?[ \t]*:(.*)$/;
const entryLine = /^\s*("[^"]*"|'[^']*'|\{\{.*?\}\}|[^\s:"'{}][^:]*)[ \t]*:(?:[ \t]+(.*))?$/;
const nameLine = /^[ \t]*["']?name["']?[ \t]*:[ \t]*["']?([\w.-]+)["']?[ \t]*$/m;
const jsonData = /"(?:data|stringData)"[ \t]*:[ \t]*\{\s*"/;
// Actions that decide what is shown, and show nothing themselves.
const controlAction = /^-?\s*(?:if|else|end|range|with|define|block|break|continue)\b/;
const blockScalar = /^[|>][+-]?\d?[+-]?(?:\s+#.*)?$/;

/**
 * Finds a Secret in a document that is no YAML yet, or none at all, by its lines. The rule: in a document that names
 * the kind Secret, each entry below `data` or `stringData` must have a value that is empty or that takes something from
 * outside the text (`.Values`, a variable, a function that generates or looks up); any other value counts as literal,
 * also one that a template merely encodes, as in `{{ "text" | b64enc }}`. A text block counts as literal where none of
 * its lines takes anything from outside.
 */
export function secretInTemplate(document: string): readonly FoundSecret[] {
  const lines = document.split(/\r?\n/);
  const keys = lines.flatMap((line, index) => {
    const data = dataLine.exec(line);
    return data === null ? [] : literalKeys(data, lines, index);
  });
  const inJson = jsonData.test(document) && !document.includes('{{');
  if (keys.length === 0 && !inJson) return [];
  return [{ name: nameLine.exec(document)?.[1] ?? '', keys }];
}

/**
 * Tells whether a value in a template that happens to be YAML is none, is encrypted, or takes something from outside
 * the text. A bare action reads as a mapping there; what it is, its line says.
 */
export function isHarmlessInTemplate(value: unknown): boolean {
  return isHarmlessValue(value) || typeof value === 'object' || (typeof value === 'string' && !isLiteral(value));
}

function literalKeys(data: RegExpExecArray, lines: readonly string[], index: number): readonly string[] {
  const rest = (data[2] ?? '').trim();
  const isOpen = rest === '' || rest.startsWith('#');
  if (!isOpen) return isLiteral(rest) && rest.startsWith('{') ? flowKeys(rest) : [];
  const block = blockBelow(lines, index, indentOf(lines[index] ?? ''));
  const entryIndent = block.filter(isEntry).reduce((least, line) => Math.min(least, indentOf(line)), Infinity);
  return block.flatMap((line, at) => {
    const entry = indentOf(line) === entryIndent ? entryLine.exec(line) : null;
    if (entry === null) return [];
    return isLiteral(entryValue(entry[2] ?? '', block, at)) ? [keyName(entry[1] ?? '')] : [];
  });
}

/** The lines deeper than the one at `index`; those of template actions belong to it at any depth. */
function blockBelow(lines: readonly string[], index: number, indent: number): readonly string[] {
  let end = index + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (line.trim() !== '' && !isAction(line) && indentOf(line) <= indent) break;
  }
  return lines.slice(index + 1, end);
}

function entryValue(value: string, block: readonly string[], at: number): string {
  const trimmed = value.trim();
  if (!blockScalar.test(trimmed)) return trimmed;
  return blockBelow(block, at, indentOf(block[at] ?? ''))
    .join('\n')
    .trim();
}

function isEntry(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#') && !isAction(line);
}

// `{{- if .x }}` and the like; `{{ $key }}: value` is an entry.
function isAction(line: string): boolean {
  return /^\s*\{\{.*\}\}\s*$/.test(line) && !/\}\}["']?\s*:/.test(line);
}

function isLiteral(value: string): boolean {
  const plain = value.replace(/^(["'])(.*)\1$/s, '$2').replace(/^#.*/, '');
  if (plain === '~' || plain === 'null' || plain === '{}' || isHarmlessValue(plain)) return false;
  return !templateActions(value).some(takesFromOutside);
}

function templateActions(value: string): readonly string[] {
  return value
    .split('{{')
    .slice(1)
    .map((part) => part.split('}}', 1)[0] ?? '');
}

// What is left of an action without its texts, and without functions that only encode them.
function takesFromOutside(action: string): boolean {
  if (controlAction.test(action)) return false;
  const left = action
    .replace(/"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/g, ' ')
    .replace(/\/\*.*?\*\//gs, ' ')
    .replace(/\b(?:b64enc|s?quote|trim|n?indent|toString|toJson|print|printf|upper|lower)\b/g, ' ')
    .replace(/[\s|()\d-]/g, '');
  return left !== '';
}

function flowKeys(flow: string): readonly string[] {
  return [...flow.matchAll(/["']?([\w.-]+)["']?\s*:/g)].map((match) => match[1] ?? '');
}

function keyName(key: string): string {
  return key.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
