import type { Command } from 'commander';
import type { AttestationKind, WantedAttestation } from '@release-capsule/packer';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { repeatable } from './option-values.ts';
import { readInput } from './read-input.ts';

/** What says which attestations are wanted. */
export interface AttestFlags {
  readonly type?: readonly string[];
  readonly provenance?: string;
  readonly sbom?: string;
}

/** What is attested where nothing else is said: all that a capsule always carries. */
export const defaultAttestations: readonly WantedAttestation[] = [{ kind: 'provenance' }, { kind: 'sbom' }];

const maxFileBytes = 32 * 1024 * 1024; // an SBOM of a hundred thousand components

/** Declares the options that say which attestations are wanted. */
export function declareAttestOptions(command: Command): Command {
  return command
    .option('--type <type>', "what to attach of the capsule's own: provenance or sbom; may be repeated; default both", repeatable)
    .option('--provenance <file>', "this provenance instead of the capsule's: an in-toto statement, whose predicate is taken")
    .option('--sbom <file>', "this SBOM instead of the capsule's: SPDX 2.3 or CycloneDX 1.5+ JSON");
}

/**
 * Reads which attestations are wanted: those that are named by type or given as a file, else both of the capsule's own.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`.
 */
export async function wantedAttestations(flags: AttestFlags, context: Context): Promise<readonly WantedAttestation[]> {
  const types = (flags.type ?? []).map(kindOf);
  const kinds = defaultAttestations.map(({ kind }) => kind).filter((kind) => types.includes(kind) || flags[kind] !== undefined);
  if (kinds.length === 0) return defaultAttestations;
  const wanted: WantedAttestation[] = [];
  for (const kind of kinds) {
    const path = flags[kind];
    const what = kind === 'sbom' ? 'the SBOM' : 'the provenance';
    wanted.push({ kind, ...(path !== undefined && { bytes: await readInput(path, what, maxFileBytes, context) }) });
  }
  return wanted;
}

function kindOf(text: string): AttestationKind {
  if (text === 'provenance' || text === 'sbom') return text;
  throw new CliError('OPTION_INVALID', `--type ${JSON.stringify(text)} is unknown`, { hint: 'Say provenance or sbom.' });
}
