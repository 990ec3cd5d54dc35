import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceRoot } from './source-files.ts';

// The pages that are held to plain English. A page joins once it has been rewritten.
const docs = ['README', 'ci', 'signing', 'kargo', 'images', 'service', 'policy', 'verification', 'deploy', 'air-gapped', 'threat-model', 'files'];
const packages = ['capsule-schema', 'cli', 'core', 'oci', 'packer', 'promoter', 'verifier'];
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...docs.map((name) => `docs/${name}.md`),
  ...packages.map((name) => `packages/${name}/README.md`),
];

// Riddles and double negatives: a reader at work, often at night, has no time for them.
const riddles = [
  /\bwhoever\b/i,
  /\bnobody\b/i,
  /\bsomebody\b/i,
  /\bwhat (?:is|was|it holds)\b|^What is .* (?:is|are) /, // a heading or a question may begin with it
  /\b(?:is|are|was) (?:already )?there already\b/i,
  /\bcould not (?:be )?t(?:ell|old)\b/i,
  /\b(?:is|are) none\b/i,
  /(?<!\bthere )\b(?:is|are) no (?!longer\b)/i,
  /\bwhere there (?:is|are)\b/i,
  /\bshould that be\b/i,
  /\bsays? (?:of itself|nothing of)\b/i,
  /\bnothing (?:of|but)\b/i,
  /\bnothing is \w+ed but\b/i,
  /\bof yours\b/i,
];
const longestSentence = 30;

describe('plain English', () => {
  test.each(pages)('%s has no riddle', (page) => {
    const found = sentencesOf(readPage(page)).filter((sentence) => riddles.some((riddle) => riddle.test(sentence)));

    expect(found).toEqual([]);
  });

  test.each(pages)(`%s has no sentence of more than ${longestSentence} words`, (page) => {
    const found = sentencesOf(readPage(page)).filter((sentence) => wordsOf(sentence).length > longestSentence);

    expect(found).toEqual([]);
  });
});

test('sentences are read across lines, by cell of a table, without code and addresses', () => {
  const page = '# One\n\nTwo `a. b` three\nfour. [Five](six.md).\n- **six**\n  seven:\n1. eight\n\n| nine | `x` ten |\n|---|---|\n\n```sh\nno. code\n```\n<!-- no -->';

  expect(sentencesOf(page)).toEqual(['One', 'Two CODE three four.', 'Five.', 'six seven:', 'eight', 'nine', 'CODE ten']);
});

function readPage(name: string): string {
  return readFileSync(join(workspaceRoot, name), 'utf8');
}

/** Lists the sentences of a Markdown page. Code in a line is one word; a block of code is left out. */
function sentencesOf(page: string): readonly string[] {
  const blocks = page
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/``[^`].*?``|`[^`]+`/gs, 'CODE')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll(/^#+ (.*)$/gm, '\n$1\n')
    .replaceAll(/^ *(?:[-*]|\d+\.) /gm, '\n')
    .replaceAll(/^\|.*$/gm, (row) => row.replaceAll(/(?<!\\)\|/g, '\n\n'))
    .split(/\n{2,}/);
  return blocks
    .flatMap((block) => block.split(/(?<=[.?!][)"]?)\s+/))
    .map((sentence) => wordsOf(sentence).join(' '))
    .filter((sentence) => /\w/.test(sentence));
}

function wordsOf(sentence: string): readonly string[] {
  return sentence.split(/\s+/).filter((word) => /\w/.test(word));
}
