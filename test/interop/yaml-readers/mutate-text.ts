import type { Draw } from '../experiment/draw.ts';

/** Changes a text of YAML in its lines and characters, a few times. */
export function mutateText(text: string, draw: Draw): string {
  let mutated = text;
  const times = draw.pick([0, 1, 1, 2, 2, 3, 3, 4, 6]);
  for (let time = 0; time < times; time += 1) mutated = draw.pick(mutations)(mutated, draw);
  return mutated;
}

type Mutation = (text: string, draw: Draw) => string;

const mutations: readonly [Mutation, ...Mutation[]] = [
  insertFragment,
  insertFragment,
  insertLine,
  insertLine,
  insertLine,
  insertComment,
  insertComment,
  breakLine,
  breakLine,
  breakAfterIndicator,
  breakAfterIndicator,
  breakAfterIndicators,
  breakQuoted,
  breakQuoted,
  (text, draw) => splice(text, draw.below(text.length + 1), 1 + draw.below(3), ''),
  (text, draw) => changeLine(text, draw, () => ''),
  (text, draw) => changeLine(text, draw, (line) => `${line}\n${line}`),
  (text, draw) => changeLine(text, draw, (line) => `${' '.repeat(1 + draw.below(3))}${line}`),
  (text, draw) => changeLine(text, draw, (line) => line.slice(Math.min(line.search(/\S|$/), 1 + draw.below(2)))),
  (text, draw) => changeLine(text, draw, (line) => `${line}${draw.pick(lineEnds)}`),
  (text, draw) => changeLine(text, draw, (line) => line.replace(/([:-]) /, `$1 ${draw.pick(valueStarts)}`)),
  (text, draw) => changeLine(text, draw, (line) => line.replace(/[|>][-+\d]*$/, draw.pick(blockHeaders))),
  (text, draw) => changeLine(text, draw, (line) => line.replace(/^( *)(\S)/, `$1${draw.pick(['? ', '- ', '&x ', '"', ': ', '\t'])}$2`)),
  (text, draw) => changeLine(text, draw, (line) => line.replaceAll(' ', draw.pick(['  ', '\t', '\n']))),
  (text, draw) => changeLine(text, draw, (line) => line.replace(/: (\S.*)$/, draw.pick(wrappings))),
  (text, draw) => changeLine(text, draw, (line) => line.replace(/: (\S.*)$/, draw.pick(valuesLeftOf))),
  (text) => text.replaceAll(/\r?\n/g, '\r\n'),
  (text) => text.replace(/\n+$/, ''),
  (text, draw) => `${draw.pick(['\ufeff', '---\n', '--- # c\n', '\n', ' \n', '\t\n', '# c\n---\n', '---\n---\n', '#\n'])}${text}`,
  (text, draw) => `${text}${draw.pick(ends)}`,
];

const fragments = [
  '#', '#c', ' #c', ' # c', '\n#c\n', '\n # c\n', '\n', '\n\n', '\n \n', '\n  ', '\r\n',
  '\t', ' ', '  ', '\\', '\\\n', '\\\n\n', '"\\\n"', '\\\r\n',
  '\\n', '\\t', '\\ ', '\\x0a', '\\u000a', '\\N', '\\_', '\\/', '\\"', "''", '"',
  "'", '"x"', ':', ': ', '- ', '-\n', '? ', ', ', ',', '[', ']', '{', '}',
  '&x ', '*x', '<<: ', '|', '>', '|-\n', '>1\n', '~', 'null', '%', '@', '!', 'é',
  '\ufeff', '\u00a0', '---\n', '\n---\n', '...\n', 'x', 'x: y\n', '- x\n',
] as const;

const lineEnds = [' ', '  ', '\t', ' \t', '\r', ' #', ' #c', '\\', '\\\n', ' |', ' >-', '"', '\\"\n#"', "''\n#'"] as const;
const valueStarts = ['&x ', '&x\n', '!!str ', '|\n  ', '>\n  ', '? ', '- ', '"', "'", '[', '{', '\t', '"\\"\n'] as const;
const quotedBreaks = ['\n', '\n\n', '\n ', '\\\n', '\\\n\n', '\\\n\n  ', '\\\n \\ ', '\n#', '\\"\n#', "''\n#", ' \n', '\\n\\\n\n'] as const;
const valuesLeftOf = [':\n#c\n      |', ':\n#c\n    |', ':\n  #c\n     >', ':\n#c\n    &x |-', ': &x\n#c\n    |', ':\n# c\n    |'] as const;
const wrappings = [': [$1]', ': {$1}', ': "$1"', ": '$1'", ':\n    $1', ':$1', ' : $1', ': "$1\\"\n#"', ": ['$1'', $1\n  ]"] as const;
const ends = ['---\n', '---', '...\n', '\n\n', '  ', '\t\n', '# c', '--- # c\n', '---\n# c\n', '  # c\n', ' \n \n'] as const;
const blockHeaders = [
  '|', '>', '|-', '|+', '>-', '>+', '|1', '|2', '>1',
  '>2-', '|4+', '| # c', '>#c', '|\t', '|-2', '|10', '"', '',
] as const;

const lines = [
  '', ' ', '    ', '\t', '#c', '# c', '#"', "#'", '#', '# - c', '#\t', 'x', '"x"',
  '- x', 'x: y', 'name: x', '|', '>', '|-', '&x', '&x |', '"', "'", '[', ']', '{', '}',
  '-', '?', ':', '? x', ': x', '---', '...', '- - x', '- a: b', '# c: d', '*x', '<<: *x',
  '"x\\', '%x', ',', ', x', 'files: [h=/outside]',
] as const;

function insertFragment(text: string, draw: Draw): string {
  return splice(text, draw.below(text.length + 1), draw.chance(25) ? draw.below(4) : 0, draw.pick(fragments));
}

function insertLine(text: string, draw: Draw): string {
  return changeLine(text, draw, (line) => `${' '.repeat(draw.pick([0, 0, 1, 2, 3, 4, 6]))}${draw.pick(lines)}\n${line}`);
}

function insertComment(text: string, draw: Draw): string {
  const column = ' '.repeat(draw.pick([0, 0, 0, 1, 2, 3, 4, 5]));
  return changeLine(text, draw, (line) => `${column}${draw.pick(['#c', '# c', '#', '#\t', '#"c', '#- c', '#c: d', '#é'])}\n${line}`);
}

/** Breaks a line at one of its characters. */
function breakLine(text: string, draw: Draw): string {
  const at = draw.below(text.length + 1);
  return splice(text, at, text[at] === ' ' ? 1 : 0, `\n${' '.repeat(draw.below(7))}`);
}

const afterIndicator = ['\n', '\n', '\n#c\n', '\n  #c\n', '\n\n', ' # c\n', ' &x\n', '\n \n', '\n&x\n', ' |\n', '\n# c\n'] as const;

/** Breaks a line after a colon or a dash, with or without a comment between. */
function breakAfterIndicator(text: string, draw: Draw): string {
  const between = draw.pick(afterIndicator);
  return changeLine(text, draw, (line) => line.replace(/([:-]) /, `$1${between}${' '.repeat(draw.below(8))}`));
}

/** Breaks all lines after a colon, or all after a dash, and indents what follows by as much. */
function breakAfterIndicators(text: string, draw: Draw): string {
  const between = `${draw.pick(afterIndicator)}${' '.repeat(draw.below(8))}`;
  return text.replaceAll(draw.pick([/- /g, /: /g, /(?<=- \w+:) /g, / (?=[|>])/g]), (found) => `${found.trim()}${between}`);
}

/** Breaks a line in a text in quotes. */
function breakQuoted(text: string, draw: Draw): string {
  const quoted = draw.pickAny([...text.matchAll(/"[^"\n]*"|'[^'\n]*'/g)]);
  if (quoted === undefined) return text;
  return splice(text, quoted.index + 1 + draw.below(quoted[0].length - 1), 0, draw.pick(quotedBreaks));
}

function changeLine(text: string, draw: Draw, change: (line: string) => string): string {
  const all = text.split('\n');
  const at = draw.below(all.length);
  all[at] = change(all[at] ?? '');
  return all.join('\n');
}

function splice(text: string, at: number, removed: number, inserted: string): string {
  return `${text.slice(0, at)}${inserted}${text.slice(at + removed)}`;
}
