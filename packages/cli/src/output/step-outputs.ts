import { appendFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { UnpackedCapsule, VerdictReport } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';

const variablePrefix = 'env://';

/**
 * Says which file the outputs of a step go to: a path, or `env://NAME` for the path that a variable holds.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function stepOutputsFile(given: string, { env, cwd }: Pick<Context, 'env' | 'cwd'>): string {
  const path = given.startsWith(variablePrefix) ? env[given.slice(variablePrefix.length)] : given;
  if (path !== undefined && path !== '') return resolve(cwd, path);
  throw new CliError('OPTION_INVALID', `--outputs is ${JSON.stringify(given)}, which names no file`, {
    hint: 'Give a path, or env://KARGO_OUTPUT or env://GITHUB_OUTPUT in a step that is given one.',
  });
}

/**
 * Appends what the next steps need to the file that a step's outputs are read from: a line `key=value` each. Paths are
 * relative to the working directory, in which those steps run too.
 * Source: Kargo v1.11.2, custom steps, "Output formats"; GitHub Actions, workflow commands, "Setting an output parameter".
 * @throws {CliError} `FILE_UNWRITABLE`.
 */
export async function writeStepOutputs(file: string, outputs: readonly StepOutput[]): Promise<void> {
  try {
    await appendFile(file, outputs.map(([key, value]) => `${key}=${oneLine(key, value)}\n`).join(''));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('FILE_UNWRITABLE', `the outputs of the step cannot be written to ${file}: ${why}`, { cause });
  }
}

type StepOutput = readonly [key: string, value: string];

/** Lists what was verified and unpacked, under the names that the PromotionTask `capsule-verify` gives it. */
export function unpackedOutputs(report: VerdictReport, unpacked: UnpackedCapsule, { cwd }: Pick<Context, 'cwd'>): readonly StepOutput[] {
  const { capsule, release, outcome } = report;
  const { repoURL, tag, digest, names, values } = release?.image ?? {};
  const outputs: readonly (readonly [string, string | undefined])[] = [
    ['path', relative(cwd, unpacked.packageDirectory).replaceAll(sep, '/')],
    ['packageKind', release?.package.kind],
    ['packagePath', release?.package.path],
    ['packageDigest', release?.package.digest],
    ['capsule', `${capsule.repository ?? ''}@${capsule.digest ?? ''}`],
    ['capsuleDigest', capsule.digest],
    ['imageRepo', repoURL],
    ['imageTag', tag],
    ['imageDigest', digest],
    // As JSON on one line: fromJSON in Kargo and in GitHub's expressions reads it.
    ['imageNames', names && JSON.stringify(names)],
    ['imageValues', values && JSON.stringify(values)],
    ['gitCommit', release?.gitCommit],
    ['release', release?.name],
    ['outcome', outcome],
  ];
  return outputs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

// A line break would begin another output: nobody but the caller's own directory could bring one in.
function oneLine(key: string, value: string): string {
  if (!/[\n\r]/.test(value)) return value;
  throw new Error(`the value of ${key} has a line break`);
}
