import { tmpdir } from 'node:os';
import type { ShapeOf } from '@release-capsule/core';
import { assertArguments } from '../assert-arguments.ts';
import { PromoteError } from '../errors.ts';
import { findProgram, type FindProgramOptions } from './find-program.ts';
import { privateHome } from './private-home.ts';
import { readVersion } from './program-version.ts';
import type { RendererName } from './renderer.ts';
import { type ProgramLimits, type ProgramResult, runProgram } from './run-program.ts';

/** How a renderer is opened. */
export interface OpenRendererOptions extends FindProgramOptions {
  /** Where its private directories are made; the system's place for temporary files by default. */
  readonly temporaryDirectory?: string | undefined;
  readonly limits?: ProgramLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A program that was found, and is of a version that is taken. */
export interface OpenedProgram {
  readonly path: string;
  readonly version: string;
  /** Runs it in a private home that is removed afterwards. */
  run(args: readonly string[], signal?: AbortSignal): Promise<ProgramResult>;
}

const optionsShape: ShapeOf<OpenRendererOptions> = {
  'given?': 'text',
  'searchPath?': 'text',
  'temporaryDirectory?': 'text',
  'limits?': { maxOutputBytes: 'amount', maxMilliseconds: 'amount' },
  'signal?': 'signal',
};

/** The largest chart known renders 20 MB; a slow one takes some seconds. */
const usualLimits: ProgramLimits = { maxOutputBytes: 64 * 1024 * 1024, maxMilliseconds: 120_000 };

/** How to ask each program for its version. */
const versionArguments: Readonly<Record<RendererName, readonly string[]>> = {
  kustomize: ['version'],
  helm: ['version', '--template', '{{.Version}}'],
};

/**
 * Finds a program and asks it for its version.
 * @throws {PromoteError} `OPTION_INVALID`, `RENDERER_UNAVAILABLE`.
 */
export async function openProgram(name: RendererName, options: OpenRendererOptions): Promise<OpenedProgram> {
  assertArguments({ options: optionsShape }, { options });
  const { temporaryDirectory = tmpdir(), limits = usualLimits } = options;
  const path = await findProgram(name, options);
  const run = async (args: readonly string[], signal?: AbortSignal): Promise<ProgramResult> => {
    await using home = await privateHome(temporaryDirectory);
    return await runProgram({ path, args, cwd: home.directory, env: home.env, limits, signal }); // the home has to outlive it
  };
  const { stdout, stderr } = await run(versionArguments[name], options.signal);
  return { path, version: readVersion(name, stdout.toString('utf8') || stderr, path), run };
}

const useDebug = /Use --debug flag to render out invalid YAML\s*$/; // Helm's own hint, which names no option of ours
const maxShownCharacters = 2000; // a message is read by people; Helm's can be pages

/**
 * Takes what a program has rendered.
 * @throws {PromoteError} `RENDER_FAILED` if it refused the package, or printed something else than UTF-8.
 */
export function renderedText(name: RendererName, { status, stdout, stderr }: ProgramResult): string {
  if (status !== 0) {
    const said = stderr.replace(useDebug, '').trim().replaceAll(/\s+/g, ' ').slice(0, maxShownCharacters);
    throw new PromoteError('RENDER_FAILED', `${name} cannot render the package: ${said}`, {
      hint: `Correct the package so that ${name} renders it.`,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(stdout);
  } catch (cause) {
    throw new PromoteError('RENDER_FAILED', `what ${name} has rendered is not UTF-8`, { cause });
  }
}
