/** A user and a password, or an identity token that is traded for access tokens. */
export type Credential =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** Knows the credentials of registries. */
export interface CredentialProvider {
  /**
   * Returns the credentials for `host` (`host[:port]` as the caller named the registry), or undefined: anonymous.
   * @throws {OciError} `CREDENTIALS_INVALID` where they are configured and cannot be read.
   */
  credentials(host: string, signal?: AbortSignal): Promise<Credential | undefined>;
}

/** Gives nobody any credentials. */
export const anonymous: CredentialProvider = { credentials: () => Promise.resolve(undefined) };
