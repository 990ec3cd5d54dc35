/** A user and a password, or an identity token that is traded for access tokens. */
export type Credential =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** Knows the credentials of registries. */
export interface CredentialProvider {
  /**
   * Returns the credentials for a repository, `host[:port]/name` as the caller named it, or for all of a registry,
   * `host[:port]`; or undefined: anonymous. They are sent to this host alone, and to the token service that it names.
   * @throws {OciError} `CREDENTIALS_INVALID` where they are configured and cannot be read.
   */
  credentials(place: string, signal?: AbortSignal): Promise<Credential | undefined>;
}

/** Has no credentials: every request is anonymous. */
export const anonymous: CredentialProvider = { credentials: () => Promise.resolve(undefined) };
