import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimNames, findingTable, policyFromFlags, requirementsOf } from '@release-capsule/verifier';
import { describe, expect, test } from 'vitest';
import { exitStatus } from '../packages/cli/src/exit-status.ts';
import { statusOfError } from '../packages/cli/src/output/status-of-error.ts';
import { problemTable } from '../packages/verifier/src/service/request/problem.ts';
import { readPage, type Row, section, tableRows, unquoted } from './markdown.ts';
import { withoutComments, workspaceRoot } from './rules/source-files.ts';

const page = readPage('errors.md');
const verification = readPage('verification.md');

const classes = [
  ['SchemaError', 'capsule-schema'],
  ['OciError', 'oci'],
  ['PackError', 'packer'],
  ['PromoteError', 'promoter'],
  ['VerifyError', 'verifier'],
  ['CliError', 'cli'],
] as const;

describe.each(classes)('docs/errors.md on %s', (name, folder) => {
  const rows = tableRows(section(page, `## ${name}`));

  test('lists every code of the union in the source, and no other', () => {
    expect(rows.map(codeOf)).toEqual(unionOf(name, folder));
  });

  test('says what each means and what to do', () => {
    expect(rows.filter(({ meaning, 'what to do': advice }) => meaning === '' || advice === '').map(codeOf)).toEqual([]);
  });

  test('says with which status a command ends', () => {
    const documented = rows.map((row) => `${codeOf(row)} ${row['exit']}`);
    const actual = rows.map((row) => `${codeOf(row)} ${statusOf(name, codeOf(row))}`);
    expect(documented).toEqual(actual);
  });
});

describe('docs/errors.md on findings', () => {
  const text = section(page, '## Finding codes');

  test('lists every code with its state, meaning and advice, below its claim', () => {
    const documented = claimNames.flatMap((claim) => {
      return text.includes(`### ${claim}\n`) ? tableRows(section(text, `### ${claim}`)).map((row) => [claim, row]) : [];
    });
    const actual = claimNames.flatMap((claim) => findingRows(claim).map((row) => [claim, row]));
    expect(documented).toEqual(actual);
  });

  test('has no other table', () => {
    expect(tableRows(text).map(codeOf).sort()).toEqual(Object.keys(findingTable).sort());
  });

  test('names the claims that have no code of their own', () => {
    const silent = claimNames.filter((claim) => findingRows(claim).length === 0);
    const sentence = /((?:`[A-Z_]+`[,\s]*(?:and\s)?)+)ha(?:ve|s) no other code/.exec(text)?.[1] ?? '';
    expect([...sentence.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1])).toEqual(silent);
  });
});

describe('the exit statuses in docs/errors.md', () => {
  test('are those of the commands', () => {
    const documented = tableRows(section(page, '## Exit statuses')).flatMap(({ status }) => (status === undefined ? [] : [Number(status)]));
    expect(documented).toEqual(Object.values(exitStatus));
  });
});

describe('docs/verification.md', () => {
  const claims = tableRows(section(verification, '## The claims')).filter(({ says }) => says !== undefined);

  test('lists the claims in the order in which they are made', () => {
    expect(claims.map(({ claim }) => unquoted(claim))).toEqual(claimNames);
  });

  test('says how much each weighs', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const plain = requirementsOf(policyFromFlags({ name: 'app', keyPem }));
    const stated = policyFromFlags({ name: 'app', keyPem, imageRepository: 'example.com/a', sourceRepository: 'https://example.com/a' });
    const withSource = requirementsOf(stated);
    const asking = requirementsOf({
      ...stated,
      ...(stated.image && { image: { ...stated.image, signers: stated.capsule.signers } }),
      require: { provenance: true, sbom: true, lineage: true, lockedImages: false },
    });
    const judged = claims.filter(({ weight = '' }) => !weight.includes('not supported yet'));
    const expected = judged.map(({ claim }) => {
      const name = claimNames.find((known) => known === unquoted(claim)) ?? 'SUMMARY';
      if (plain[name] !== withSource[name]) return `${withSource[name]} where the policy names a source, else ${plain[name]}`;
      if (plain[name] === asking[name]) return plain[name];
      const asked = name === 'IMAGE_SIGNATURE' ? 'names signers of the image' : 'asks for it';
      return `${asking[name]} where the policy ${asked}, else ${plain[name]}`;
    });
    expect(judged.map(({ weight }) => weight)).toEqual(expected);
  });

  test('lists the codes of each claim by their state', () => {
    const documented = tableRows(section(verification, '### Codes by claim'));
    const actual = claimNames
      .filter((claim) => findingRows(claim).length > 0)
      .map((claim) => ({
        claim: `\`${claim}\``,
        proven: codesOf(claim, 'proven'),
        refuted: codesOf(claim, 'refuted'),
        unknown: codesOf(claim, 'unknown'),
      }));
    expect(documented).toEqual(actual);
  });
});

/** Words in capitals that are no codes of a package. */
const otherNames = [
  'CAPITALS', 'NOT_JUDGED', 'MALFUNCTION', 'INTERRUPTED', 'COSIGN_PASSWORD', 'SIGSTORE_ID_TOKEN', 'SOURCE_DATE_EPOCH',
  'STATED_DIFFERS', 'NOASSERTION', 'DESCRIBES', 'DESCRIBED_BY', 'PASSED', 'SLSA_BUILD_LEVEL_UNEVALUATED',
];

test('pages name no code that does not exist', () => {
  const known = new Set([
    ...classes.flatMap(([name, folder]) => unionOf(name, folder)),
    ...Object.keys(findingTable),
    ...claimNames,
    ...claimNames.map((claim) => `${claim}_NOT_JUDGED`),
    ...Object.keys(problemTable),
    ...otherNames,
  ]);
  const pages = ['format.md', 'verification.md', 'errors.md', 'files.md'].map((name) => readPage(name)).join('\n');
  const named = [...pages.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map((match) => match[1] ?? '');
  expect([...new Set(named)].filter((name) => name.length > 1 && !known.has(name))).toEqual([]);
});

function codeOf(row: Row): string {
  return unquoted(row['code']);
}

function unionOf(name: string, folder: string): readonly string[] {
  const source = withoutComments(readFileSync(join(workspaceRoot, 'packages', folder, 'src/errors.ts'), 'utf8'));
  const union = new RegExp(`export type ${name}Code =([^;]*);`).exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1] ?? '');
}

function statusOf(name: string, code: string): number {
  return statusOfError(Object.assign(new Error(code), { name, code }));
}

function findingRows(claim: string): readonly Row[] {
  return Object.entries(findingTable)
    .filter(([, row]) => row[0] === claim)
    .map(([code, [, state, meaning, advice]]) => ({ code: `\`${code}\``, state, meaning, 'what to do': advice }));
}

function codesOf(claim: string, state: string): string {
  return findingRows(claim)
    .filter((row) => row['state'] === state)
    .map((row) => row['code'])
    .join(', ');
}
