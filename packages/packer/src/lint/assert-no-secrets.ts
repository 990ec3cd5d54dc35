import { quote } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { findSecrets, type FindSecretsOptions, type IncludedSecret } from './find-secrets.ts';

const maxShown = 10; // a message is read by people

/**
 * Refuses a package in which the values of Kubernetes Secrets stand.
 * @throws {PackError} `SECRET_INCLUDED`, with file, name and keys, never a value.
 */
export async function assertNoSecrets(
  files: Parameters<typeof findSecrets>[0],
  options: FindSecretsOptions,
): Promise<void> {
  const found = await findSecrets(files, options);
  if (found.length === 0) return;
  const shown = found.slice(0, maxShown).map(describeSecret);
  if (found.length > maxShown) shown.push(`and ${found.length - maxShown} more`);
  throw new PackError('SECRET_INCLUDED', `the package holds Secrets with data: ${shown.join('; ')}`, {
    hint: 'Keep the values in a secret manager, or allow the file by its exact path where they are no secrets.',
  });
}

function describeSecret({ file, name, keys }: IncludedSecret): string {
  const named = name === '' ? 'a Secret' : `Secret ${quote(name)}`;
  const listed = keys.slice(0, maxShown).map(quote);
  return `${named} in ${quote(file)}${listed.length === 0 ? '' : ` (${listed.join(', ')})`}`;
}
