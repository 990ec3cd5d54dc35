import { isConstant, isHarmlessValue } from './harmless-value.ts';
import { isQuietLine, placeholderMark, type PlaceholderPlace } from './placeholder.ts';
import type { ValuePlace } from './secret-context.ts';
import { templateActions, templateParts } from './template-parts.ts';

/** The variables of a template that hold nothing but a text of their own, and that text. */
export type ConstantVariables = ReadonlyMap<string, string>;

const texts = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g;
// Actions that decide what is shown, or set a variable, and show nothing themselves.
const control = /^-?\s*(?:(?:if|else|end|range|with|define|block|break|continue)\b|\$\w+\s*:?=)/;
// Functions that only write a text in another way.
const encoders = new RegExp(
  '\\b(?:b64enc|b64dec|b32enc|s?quote|trim\\w*|n?indent|toString|toJson|toYaml|print\\w*|upper|lower|title|replace|cat|' +
    'join|list|tpl|nospace|trunc|repeat|sha\\w+sum|html|js|urlquery)\\b',
  'g',
);
// Of a text that is a template with nothing in it, tpl makes that text, whatever it is given.
const plainTpl = /\btpl\s+("(?:[^"\\{]|\\.)*"|`[^`{]*`)\s+[.$](?![\w.])/g;
const assignment = /^-?\s*(?:(if|else if|with|range)\b.*?)?\$(\w+)\s*:?=\s*(.*?)\s*-?$/s;
const repeated = /^-?\s*(?:range|with)\b/;

const maxAssignment = 10_000; // longer than any that people write

/** Finds the variables to which a template never gives anything but texts of its own. */
export function constantVariables(template: string): ConstantVariables {
  const given = new Map<string, string[]>();
  for (const action of templateActions(template).filter(({ length }) => length <= maxAssignment)) {
    const [, keyword, name = '', expression = ''] = assignment.exec(action) ?? [];
    if (name === '') continue;
    const isSet = keyword === undefined && !repeated.test(action);
    given.set(name, [...(given.get(name) ?? []), isSet ? expression : '$']);
  }
  const constants = new Map<string, string>();
  for (const [name, expressions] of [...given, ...given]) {
    const found = expressions.map((expression) => constantText(expression, constants));
    if (found.every((text) => text !== undefined)) constants.set(name, found.join(''));
  }
  return constants;
}

/**
 * Tells whether a value in a template gives nothing away. It takes something from outside the text (`.Values`, a
 * variable, a function that generates or looks up), or what is left of it is harmless by itself. A text that is merely
 * encoded is literal, as in `{{ "text" | b64enc }}`.
 */
export function isHarmlessText(value: string, place: ValuePlace, variables: ConstantVariables, written: PlaceholderPlace = {}): boolean {
  if (!value.includes('{{')) return isHarmlessValue(scalarText(value), place, written);
  // A line that the configuration inside takes for a comment gives it no value.
  const lines = value.includes('\n') ? value.split('\n').filter((line) => !/^\s*#/.test(line)).join('\n') : value;
  const shown = templateActions(lines).filter((action) => !control.test(action));
  if (shown.some((action) => constantText(action, variables) === undefined)) return isQuiet(lines);
  const text = wholeText(lines, variables);
  return isHarmlessValue(text, { ...place, isEncoded: false }, written) || isConstant(text, place);
}

/** Tells whether a value that happens to be YAML is harmless. A bare action reads as a mapping there: its line says what it is. */
export function isHarmlessInTemplate(value: unknown, place: ValuePlace, variables: ConstantVariables): boolean {
  if (typeof value === 'string') return isHarmlessText(value, place, variables);
  return typeof value === 'object' || isHarmlessValue(value, place);
}

const writers = /^-?\s*(?:print\s+)?("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*(?:\|\s*(n?indent)\s+(\d{1,2})\s*)?-?$/;

/**
 * Writes out the actions that show a text with line breaks of its own: what they write may begin an entry, also from
 * inside a comment of YAML.
 */
export function withTextsWrittenOut(template: string): string {
  return templateParts(template)
    .map(({ kind, text, start, end }) => {
      const [, quoted, indent = '', depth = '0'] = (kind === 'action' && writers.exec(text)) || [];
      if (quoted === undefined) return template.slice(start, end);
      const own = quoted.startsWith('"') ? quoted.slice(1, -1).replace(/\\n/g, '\n').replace(/\\(["\\])/g, '$1') : quoted.slice(1, -1);
      const padded = own.replace(/^/gm, ' '.repeat(indent === '' ? 0 : Number(depth)));
      const shown = indent === 'nindent' ? `\n${padded}` : padded;
      return shown.includes('\n') ? shown : template.slice(start, end);
    })
    .join('');
}

/** Tells whether an action shows nothing by itself, but decides what is shown. */
export function isControl(action: string): boolean {
  return control.test(action);
}

/** What an action shows where it is a text of its own; undefined where it takes anything from elsewhere. */
function constantText(action: string, variables: ConstantVariables): string | undefined {
  const own: string[] = [];
  const left = action
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(plainTpl, ' $1 ')
    .replace(texts, (text) => {
      own.push(text.slice(1, -1));
      return ' ';
    })
    .replace(/\$(\w+)(?![\w.])/g, (variable, name: string) => {
      const text = variables.get(name);
      if (text !== undefined) own.push(text);
      return text === undefined ? variable : ' ';
    })
    .replace(encoders, ' ')
    .replace(/[\s|(),\d-]/g, '');
  if (left !== '') return undefined;
  return own.length === 0 ? (/\d/.exec(action) === null ? undefined : action.replace(/\D/g, '')) : own.join('');
}

/** Beside the actions no literal is given to a name that speaks of a secret. */
function isQuiet(value: string): boolean {
  const parts = templateParts(value).map(({ kind, text }) => (kind === 'text' ? text : placeholderMark));
  return parts.join('').split('\n').every(isQuietLine);
}

function wholeText(value: string, variables: ConstantVariables): string {
  const parts = templateParts(scalarText(value.trim())).map(({ kind, text }) => {
    if (kind === 'text') return text;
    return kind === 'comment' || control.test(text) ? '' : (constantText(text, variables) ?? '');
  });
  return parts.join('');
}

/** The text of a scalar as YAML reads it: without quotes, and empty where it is null or an empty mapping. */
function scalarText(value: string): string {
  const [, , inner] = /^(["'])([^]*)\1$/.exec(value.trim()) ?? [];
  const plain = inner ?? value.trim();
  return inner === undefined && (plain === '~' || plain === 'null' || plain === '{}') ? '' : plain;
}
