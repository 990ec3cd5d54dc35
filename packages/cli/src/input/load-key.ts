import { loadPrivateKey, type SigningKey } from '@release-capsule/packer';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { readInput } from './read-input.ts';
import { readPassword } from './read-password.ts';

const maxKeyBytes = 64 * 1024; // an encrypted P-384 key has about one
const variablePrefix = 'env://'; // as cosign names it

/**
 * Loads a private key from a file, from a variable by `env://NAME`, or from standard input by `-`: cosign's own
 * encrypted format, or PKCS#8 in PEM.
 * @throws {CliError} `FILE_UNREADABLE`, `OPTION_INVALID`; {PackError} `KEY_INVALID`, `KEY_PASSWORD`. Nothing of the key
 * appears in the error.
 */
export async function loadKey(source: string, context: Context): Promise<SigningKey> {
  const pem = await readPem(source, context);
  const password = pem.includes('ENCRYPTED') ? await passwordOf(source, context) : undefined;
  return loadPrivateKey(pem, password);
}

/** Tells a key's file from a key that comes from elsewhere: only a file's path is relative to something. */
export function isKeyFile(source: string): boolean {
  return source !== '-' && !source.startsWith(variablePrefix);
}

async function readPem(source: string, context: Context): Promise<string> {
  if (!source.startsWith(variablePrefix)) {
    return Buffer.from(await readInput(source, 'the private key', maxKeyBytes, context)).toString('utf8');
  }
  const name = source.slice(variablePrefix.length);
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) throw noKey('the key begins with env://, and no name of a variable follows', 'NAME');
  const pem = context.env[name];
  if (pem !== undefined && pem !== '') return pem;
  throw noKey(`the key is ${variablePrefix}${name}, and ${name} is not set`, name);
}

/** What is no name is not shown: it may be the key. */
function noKey(message: string, name: string): CliError {
  return new CliError('OPTION_INVALID', message, {
    hint: `Set ${name} to the key itself, in PEM; --key and sign.key in capsule.yaml name it: env://${name}.`,
  });
}

/** Standard input that has given the key can give no password. */
function passwordOf(source: string, context: Context): Promise<string> | string {
  const given = context.env['COSIGN_PASSWORD'];
  if (source !== '-' || given !== undefined) return readPassword({ isNew: false }, context);
  throw new CliError('OPTION_INVALID', 'the key comes from standard input, so that its password cannot be asked for', {
    hint: 'Set COSIGN_PASSWORD; empty for a key without a password.',
  });
}
