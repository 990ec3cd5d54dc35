import type { Credential } from './loopback.ts';

/** A real registry on loopback; it ends, and what it holds goes, with its scope. */
export interface TestRegistry extends AsyncDisposable {
  /** `host:port`. */
  readonly host: string;
  /** The user whom it lets in; anonymous where there is none. */
  readonly user?: Credential;
  /** The Authorization header with which it lets that user read a repository. */
  readonly authorization?: (repository: string) => Promise<string>;
  /** What its token service was asked for: the scopes of each request so far. */
  readonly tokenScopes?: () => readonly (readonly string[])[];
}

/** A registry that can be killed and started again with what it holds, at the same address. */
export interface CrashingRegistry extends TestRegistry {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A kind of registry that every test of registries runs against. */
export interface RegistryKind {
  readonly name: string;
  readonly hasReferrersApi: boolean;
  readonly start: () => Promise<TestRegistry>;
}
