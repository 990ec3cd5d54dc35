import { posix } from 'node:path';
import type { FoundValue, GeneratorFile } from './found-value.ts';
import { isHarmlessValue } from './harmless-value.ts';
import { isSopsFile, plainEnvKeys } from './sops.ts';

/** What the files of generators are looked up in. */
export interface GeneratorSources {
  /** The directories that hold a kustomization. */
  readonly kustomizations: readonly string[];
  /** The text of a file of the package; undefined where it is not there, or is no text. */
  read(path: string): Promise<string | undefined>;
}

/**
 * Finds the values that a generator takes from a file: none where SOPS encrypted it, each key of an env file, else the
 * file as one value. What is not in the package, or cannot be read, is taken for a value.
 * @param from the file that configures the generator.
 */
export async function valuesOfGenerator(file: GeneratorFile, from: string, sources: GeneratorSources): Promise<readonly FoundValue[]> {
  const { kind, name, field, key, path, isEnv, isPlugin } = file;
  const candidates = (isPlugin ? [posix.dirname(from), ...sources.kustomizations] : [posix.dirname(from)])
    .map((directory) => posix.join(directory, path));
  const texts: string[] = [];
  for (const candidate of new Set(candidates)) {
    const text = await sources.read(candidate);
    if (text !== undefined) texts.push(text);
  }
  const unread = [{ kind, name, field, key }];
  if (texts.length === 0) return unread;
  if (!isEnv) return texts.every(isHarmlessFile) ? [] : unread;
  const keys = texts.flatMap((text) => plainEnvKeys(text, isHarmlessValue));
  return [...new Set(keys)].map((each) => ({ kind, name, field, key: each }));
}

function isHarmlessFile(text: string): boolean {
  return isHarmlessValue(text.trim()) || isSopsFile(text);
}
