import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseReferenceParts, type ReferenceParts, spellInFull } from '@release-capsule/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toolPath } from './tools.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const maxDomainCharacters = 262; // ours: no host has a longer name; the library has no limit

interface Reading {
  readonly name: string;
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

interface Answer {
  readonly parsed?: Reading;
  readonly normalised?: Reading;
}

/** Asks github.com/distribution/reference, which containerd, Docker and the registries read references by. */
async function askLibrary(texts: readonly string[]): Promise<readonly Answer[]> {
  const program = spawn(toolPath('reference-reader'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(program, 'exit');
  const lines: Answer[] = [];
  createInterface({ input: program.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Answer));
  program.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
  await ended;
  while (lines.length < texts.length) await new Promise((resolve) => setImmediate(resolve));
  return lines;
}

function partsOf(reading: Reading | undefined): ReferenceParts | undefined {
  if (reading === undefined) return undefined;
  const { domain, path, tag, digest: hash } = reading;
  return { ...(domain !== '' && { domain }), path, ...(tag !== undefined && { tag }), ...(hash !== undefined && { digest: hash }) };
}

const written = [
  '', 'nginx', 'nginx:1.27', 'acme/web', 'my_org/web', 'a_b:80/c', 'ghcr.io/acme/web', 'GHCR.io/acme/web', 'ghcr..io/x', 'ghcr.io./x', 'ghcr.io:/x', 'ghcr.io:0/x',
  'ghcr.io:99999/x', '-a/b', 'a-/b', 'a--b/c', 'a__b', 'a___b', 'a..b', 'a.b', 'Acme/web', 'acme/Web', '[::1]/a', '[::1]:5000/a:b', '[:]/a', '[]/a', '[::ffff:10.0.0.1]/a',
  'localhost/a', 'LOCALHOST/a', 'docker.io', 'docker.io/nginx', 'index.docker.io/nginx', 'a:', 'a:_', 'a:.b', 'a:b:c', 'a@', `a@${digest}`, `a:b@${digest}`,
  `a@${digest}@${digest}`, `a@sha256:${'A'.repeat(64)}`, `a@sha384:${'a'.repeat(96)}`, `a@sha512:${'a'.repeat(128)}`, `a@md5:${'a'.repeat(32)}`, `sha256:${'a'.repeat(64)}`,
  'a'.repeat(255), 'a'.repeat(256), `ghcr.io/${'a'.repeat(255)}`, `ghcr.io/${'a'.repeat(256)}`, `a:${'t'.repeat(128)}`, `a:${'t'.repeat(129)}`, 'a\n', ' a', 'é/a',
];

const pieces = ['a', 'b1', 'Z', '0', '.', ':', '/', '@', '-', '--', '_', '__', '[', ']', '::1', '5000', 'ghcr.io', 'localhost', digest, 'sha512:', ' ', '\n', 'é'];
const drawn = fc.sample(fc.string({ unit: fc.constantFrom(...pieces), maxLength: 10 }), { numRuns: 20_000, seed: 20_261_201 });

test('a text is a reference exactly if distribution/reference reads one, and has the same parts', async () => {
  const texts = [...written, ...drawn];
  const answers = await askLibrary(texts);
  // Sixty-four hexadecimal digits alone are an identifier to the library, which nothing here means.
  const different = texts.flatMap((text, at) => {
    const theirs = partsOf(answers[at]?.parsed);
    if (theirs?.domain !== undefined && theirs.domain.length > maxDomainCharacters) return [];
    return JSON.stringify(parseReferenceParts(text)) === JSON.stringify(theirs) ? [] : [{ text, theirs, ours: parseReferenceParts(text) }];
  });
  expect(different).toEqual([]);
  const read = answers.filter(({ parsed }) => parsed !== undefined).length;
  expect(read).toBeGreaterThan(1000); // a test of refusals alone would show little
});

test('a name is spelled in full as containerd spells it, but for capitals, the usual port and the form of an address', async () => {
  const names = [...written, ...drawn].filter((text) => !text.includes('@') && parseReferenceParts(text)?.tag === undefined && parseReferenceParts(text) !== undefined);
  const answers = await askLibrary(names);
  const different = names.flatMap((name, at) => {
    const { domain, path } = answers[at]?.normalised ?? {};
    if (domain === undefined || domain.startsWith('[') || domain.toLowerCase() === 'registry-1.docker.io') return [];
    const theirs = `${domain.toLowerCase().replace(/:443$/, '')}/${path}`;
    return spellInFull(name) === theirs ? [] : [{ name, theirs, ours: spellInFull(name) }];
  });
  expect(different).toEqual([]);
  expect(names.length).toBeGreaterThan(500);
});
