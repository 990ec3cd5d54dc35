import { OciError } from '@release-capsule/oci';

/**
 * Refuses to ask a credential helper: the program in the container image starts no other program.
 * @throws {OciError} `CREDENTIALS_INVALID`.
 */
export async function askCredentialHelper({ name }: { readonly name: string }): Promise<never> {
  const message = `the credential helper docker-credential-${name} is not asked: this program starts no other program`;
  throw new OciError('CREDENTIALS_INVALID', message, {
    hint: 'Put the user and password, or the token, under "auths" of the Docker configuration.',
  });
}
