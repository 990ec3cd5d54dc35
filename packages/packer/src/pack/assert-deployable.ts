import {
  exceptionOf,
  findingLines,
  findOutsideReferences,
  maxJudgedFileBytes,
  notAllowed,
  type OutsideReference,
  type PackageFinding,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { findSecrets, type IncludedSecret } from '../lint/find-secrets.ts';
import { assertSecretExceptions } from '../lint/secret-exception.ts';
import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import type { PackOptions } from './pack-options.ts';

type DeployableCode = 'REFERENCE_OUTSIDE' | 'SECRET_INCLUDED';

const flags: Readonly<Record<DeployableCode, string>> = {
  REFERENCE_OUTSIDE: '--allow-reference',
  SECRET_INCLUDED: '--allow-secret-value',
};

const headlines: Readonly<Record<DeployableCode, string>> = {
  REFERENCE_OUTSIDE: 'the package is not self-contained:',
  SECRET_INCLUDED: 'the package holds values of Secrets:',
};

const hints: Readonly<Record<DeployableCode, string>> = {
  REFERENCE_OUTSIDE:
    'Correct each reference as it says. Allow one that must leave the package by its exact text: --allow-reference, ' +
    'or allow.references in capsule.yaml.',
  SECRET_INCLUDED:
    'Keep the values in a secret manager. Allow one that is not a secret by its exact place: --allow-secret-value, ' +
    'or allow.secretValues in capsule.yaml.',
};

/**
 * Refuses a package that reaches outside itself, or that carries a Secret's values. One run tells all of both.
 * @throws {PackError} `REFERENCE_OUTSIDE`, `SECRET_INCLUDED`, `OPTION_INVALID` for an exception that names no value.
 */
export async function assertDeployable(files: readonly SourceFile[], { allow = {}, signal }: PackOptions): Promise<void> {
  const { references = [], secretValues = [] } = allow;
  assertSecretExceptions(secretValues);
  const outside = notAllowed(await referencesOf(files, signal), references).map(referenceFinding);
  const secrets = (await findSecrets(files, { allowed: secretValues, signal })).map(secretFinding);
  const parts = [outside, secrets].filter((findings) => findings.length > 0);
  const codes = parts.flatMap(([first]) => (first === undefined ? [] : [first.code]));
  const [code] = codes;
  if (code === undefined) return;
  const lines = parts.flatMap((findings, at) => [headlines[codes[at] ?? code], ...findingLines(findings, flags)]);
  throw new PackError(code, lines, { hint: codes.map((each) => hints[each]).join(' '), findings: parts.flat() });
}

async function referencesOf(files: readonly SourceFile[], signal: AbortSignal | undefined): Promise<readonly OutsideReference[]> {
  const byPath = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const file = byPath.get(path);
    return file === undefined || file.size > maxJudgedFileBytes ? undefined : readFile(file, signal);
  };
  return findOutsideReferences({ paths: byPath.keys(), read });
}

type DeployableFinding = PackageFinding & { readonly code: DeployableCode };

function referenceFinding(found: OutsideReference): DeployableFinding {
  const { file, field, reference, reason, detail } = found;
  return { code: 'REFERENCE_OUTSIDE', file, field, reference, reason, detail, exception: exceptionOf(found) };
}

function secretFinding({ file, kind, name, field, key, exception }: IncludedSecret): DeployableFinding {
  const holder = name === '' ? `a ${kind} without a name` : `the ${kind} ${name}`;
  const detail = `the key ${key} of ${holder} has a value.`;
  return { code: 'SECRET_INCLUDED', file, field, key, reason: 'value', detail, exception };
}
