import { flowEntries } from './flow-entries.ts';
import type { FoundValue } from './found-value.ts';
import { noContext, type ValuePlace } from './secret-context.ts';
import { type ObjectAround, ObjectsAround } from './object-around.ts';
import { columnOf, isAction, isBlank, linesBelow, valueOf, withoutLineComment } from './template-lines.ts';
import { withoutComments } from './template-parts.ts';
import { type ConstantVariables, isHarmlessText, withTextsWrittenOut } from './template-value.ts';
import { withoutQuotes } from './without-quotes.ts';

const dataLine = /^\s*(?:-\s+)*["']?(data|stringData|binaryData)["']?[ \t]*:(?=\s|$)(.*)$/;
const entryLine = /^\s*("[^"]*"|'[^']*'|\{\{.*?\}\}|[^\s:"'{}#][^:]*)[ \t]*:(?:[ \t]+(.*))?$/;
const flowData = /["']?\b(data|stringData|binaryData)["']?[ \t]*:[ \t\n]*(?=\{(?!\{))/g;
const jsonName = /"name"\s*:\s*"([^"]*)"/;

/**
 * Finds the values of Secrets in a document that is no YAML yet, or none at all, by its lines. The rule: in a document
 * that names the kind Secret, each entry below `data` or `stringData` must have a value that gives nothing away, unless
 * the mapping around it plainly is of another kind. Comments, of YAML and of the template, are no entries.
 */
export function secretInTemplate(document: string, variables: ConstantVariables): readonly FoundValue[] {
  const text = withoutComments(withTextsWrittenOut(document));
  const lines = text.split('\n');
  const objects = new ObjectsAround(lines);
  const inBlocks = lines.flatMap((line, index) => {
    const [, field, rest = ''] = dataLine.exec(line) ?? [];
    if (field === undefined || withoutLineComment(rest).trim() !== '') return [];
    return valuesBelow(lines, index, { field, variables, around: objects.at(index) });
  });
  return [...inBlocks, ...valuesInFlow(text, objects, variables)];
}

interface Reading {
  readonly field: string;
  readonly variables: ConstantVariables;
  readonly around: ObjectAround;
}

function valuesBelow(lines: readonly string[], index: number, reading: Reading): readonly FoundValue[] {
  if (reading.around.isOtherKind) return [];
  const block = linesBelow(lines, index, columnOf(lines[index] ?? ''));
  const column = block.filter(isEntry).reduce((least, line) => Math.min(least, columnOf(line)), Infinity);
  return block.flatMap((line, at) => {
    const entry = columnOf(line) === column && isEntry(line) ? entryLine.exec(line) : null;
    if (entry === null) return [];
    return found(withoutQuotes((entry[1] ?? '').trim()), valueOf(entry[2] ?? '', block, at), reading);
  });
}

function valuesInFlow(text: string, objects: ObjectsAround, variables: ConstantVariables): readonly FoundValue[] {
  const isJson = /^\s*[[{]/.test(text);
  const inJson = { ...unknownObject, name: jsonName.exec(text)?.[1] ?? '' }; // looked for once: each time would take quadratic time
  let read = 0;
  let line = 0;
  let counted = 0;
  return [...text.matchAll(flowData)].flatMap((match) => {
    const field = match[1] ?? '';
    const start = match.index + match[0].length;
    if (start < read) return [];
    for (let at = text.indexOf('\n', counted); at !== -1 && at < match.index; at = text.indexOf('\n', counted)) {
      line += 1;
      counted = at + 1;
    }
    const flow = flowEntries(text, start);
    read = flow.end;
    const isFirst = !isJson && /^\s*(?:-\s+)*$/.test(text.slice(counted, match.index));
    const around = isFirst ? objects.at(line) : inJson;
    return around.isOtherKind ? [] : flow.entries.flatMap(({ key, value }) => found(key, value, { field, variables, around }));
  });
}

const unknownObject: ObjectAround = { name: '', context: noContext, isOtherKind: false, isScript: false };

function found(key: string, value: string, { field, variables, around }: Reading): readonly FoundValue[] {
  const place: ValuePlace = { key, isEncoded: field !== 'stringData', context: around.context };
  if (isHarmlessText(value, place, variables, { isScript: around.isScript })) return [];
  return [{ kind: 'Secret', name: around.name, field: `${field}.${key}`, key }];
}

function isEntry(line: string): boolean {
  return !isBlank(line) && !isAction(line);
}
