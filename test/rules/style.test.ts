import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSourceFiles } from './source-files.ts';

const maxSourceLines = 250;
const maxTestLines = 500;
// The editor wraps at 120; a message may stand out a little.
const maxSourceColumns = 140;
const maxTestColumns = 200;

/** Tables of one line an entry: splitting them would hide that they are complete. */
const tables = ['packages/verifier/src/findings/finding-code.ts', 'packages/verifier/src/findings/finding-table.ts'];

/** What Docker calls the programs that keep its passwords. */
const dockersWord = /credential-?helpers?/i;

const files = ['packages', 'scripts', 'test', 'bench', 'examples'].flatMap(readSourceFiles);

describe('source files', () => {
  test('hold one idea: none is longer than a reader takes in', () => {
    const lengths = files.map((file) => ({ ...file, lines: file.text.split('\n').length - 1 }));
    const ideas = lengths.filter((file) => !tables.includes(file.path));
    const long = ideas.filter((file) => file.lines > (file.isTest ? maxTestLines : maxSourceLines));
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  test('have lines that fit a screen', () => {
    const offences = files.flatMap(({ path, text, isTest }) => {
      const maxColumns = isTest ? maxTestColumns : maxSourceColumns;
      return text.split('\n').flatMap((line, index) => (line.length > maxColumns ? [`${path}:${index + 1}`] : []));
    });
    expect(offences).toEqual([]);
  });

  test('are named in kebab-case', () => {
    const named = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|shared))?\.(ts|mjs)$/;
    expect(files.map((file) => file.path).filter((path) => !named.test(basename(path)))).toEqual([]);
  });

  test('are not named for what could mean anything', () => {
    const vague = /(^|[/-])(utils?|helpers?|manager|impl|common|misc)(-|\.|\/)/;
    const paths = files.map((file) => file.path.replace(dockersWord, ''));
    expect(paths.filter((path) => vague.test(path))).toEqual([]);
  });

  test('export nothing that is named for what could mean anything', () => {
    const vague = /^export (?:abstract )?(?:async )?(?:class|function|const|type|interface) (\w*(?:Utils?|Helpers?|Manager|Impl))\b/gm;
    const ours = files.filter((file) => file.path.startsWith('packages/'));
    const offences = ours.flatMap(({ path, text }) => [...text.matchAll(vague)].map((match) => `${path}: ${match[1]}`));
    expect(offences.filter((offence) => !dockersWord.test(offence))).toEqual([]);
  });

  test('make directories by the one function that leaves none writable to others, or name a mode', () => {
    const ours = files.filter(({ path, isTest }) => path.startsWith('packages/') && !isTest);
    const offences = ours.flatMap(({ path, text }) => {
      const lines = text.split('\n').filter((line) => /\bmkdir(Sync)?\(/.test(line) && line.includes('recursive: true'));
      return lines.filter((line) => !/mode: 0o7[05]{2}\b/.test(line)).map((line) => `${path}: ${line.trim()}`);
    });
    expect(offences).toEqual([]);
  });

  test('silence no checker: what it says is put right', () => {
    const silencers = /@ts-(ignore|nocheck|expect-error)|\b(eslint|oxlint)-disable\b(?!.*--)/;
    const offences = files.filter((file) => !file.path.startsWith('test/rules/') && silencers.test(file.text));
    expect(offences.map((file) => file.path)).toEqual([]);
  });
});
