import { programLock, programManifest } from '../../packages/cli/src/init/program/program-files.ts';
import type { Files } from '../cli/workbench.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;

/** What an earlier `init` has locked: with it, a later one asks no registry. Nothing has that hash. */
export const lockedProgram: Files = Object.fromEntries([programManifest, programLock(integrity)].map(({ path, text }) => [path, text]));
