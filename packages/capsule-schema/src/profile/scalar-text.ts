import { isScalar, type Scalar } from 'yaml';
import { lineBreakDefect } from '../yaml/read-yaml.ts';

/** What a scalar says to every reader, or why readers differ. `null` is a field that is not there. */
export type ScalarReading =
  | { readonly value: string | number | boolean | null; readonly defect?: undefined }
  | { readonly value?: undefined; readonly defect: string };

// Words that are a truth value or nothing in YAML 1.1 or 1.2. Source: yaml.org/type, and Go's yaml.v2 and v3.
const otherWord = /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.inf|\.nan)$/i;
const otherNumber = new RegExp(
  '^[-+]?(?:' +
    [
      '0b[01_]+',
      '0o[0-7_]+',
      '0x[0-9a-f_]+',
      '[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?', // in base 60
      '[0-9][0-9_]*(?:\\.[0-9_]*)?(?:e[-+]?[0-9]+)?',
      '\\.[0-9_]+(?:e[-+]?[0-9]+)?',
    ].join('|') +
    ')$',
  'i',
);
const otherTime = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])/;

// go-yaml v3 changes the line breaks of such block texts where it writes what it has read, as kustomize has it do.
const emptyEnd = /^\s*$|\n\n$/;
const unevenFolds = /(?:^|\n)[ \t]/;

const plainInteger = /^(?:0|-?[1-9][0-9]{0,14})$/;
const plainBoolean = /^(?:true|false|True|False|TRUE|FALSE)$/;
const plainNull = /^(?:|~|null|Null|NULL)$/;

/** Reads a scalar as a YAML 1.1 reader and a YAML 1.2 reader both do. */
export function readScalar(node: Scalar): ScalarReading {
  const { source = '', value } = node;
  if (node.type !== 'PLAIN') return readText(String(value), blockDefect(node.type, String(value)));
  if (plainNull.test(source)) return { value: null };
  if (plainBoolean.test(source)) return { value: source.toLowerCase() === 'true' };
  if (plainInteger.test(source)) return { value: Number(source) };
  const isOther = otherWord.test(source) || otherNumber.test(source) || otherTime.test(source);
  if (isOther || typeof value !== 'string')
    return { defect: 'some readers take it for a text, and others do not: write it in quotes' };
  return readText(value);
}

/** Tells whether a node is null or empty: its field counts as absent. */
export function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && !hasProperties(node) && readScalar(node).value === null);
}

/** Tells whether a node carries a tag or an anchor. */
export function hasProperties(node: { readonly tag?: string; readonly anchor?: string }): boolean {
  return node.tag !== undefined || node.anchor !== undefined;
}

function blockDefect(type: Scalar['type'], text: string): string | undefined {
  if (type !== 'BLOCK_LITERAL' && type !== 'BLOCK_FOLDED') return undefined;
  if (emptyEnd.test(text)) return 'readers differ on the empty lines at its end: write it without, or in quotes';
  return type === 'BLOCK_FOLDED' && unevenFolds.test(text) ? 'readers fold its lines in different ways: write | instead of >' : undefined;
}

function readText(text: string, otherDefect?: string): ScalarReading {
  const defect = lineBreakDefect(text);
  if (defect !== undefined) return { defect: `its text is not plain: ${defect}` };
  return otherDefect === undefined ? { value: text } : { defect: otherDefect };
}
