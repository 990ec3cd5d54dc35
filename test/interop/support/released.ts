/** What `capsule release --json` and `capsule pack --json` print, as far as tests read it. */
export interface Released {
  readonly digest: `sha256:${string}`;
  readonly tag: string;
  readonly tagging: string;
  readonly package: { readonly digest: string };
}

/** What `capsule verify --json` prints, as far as tests read it. */
export interface Verified {
  readonly outcome: string;
  readonly findings: readonly { readonly claim: string; readonly code: string; readonly state: string }[];
}

/** What is printed with `--json` where a command fails. */
export interface Failed {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Reads what a release printed. */
export function parseReleased(stdout: string): Released {
  return JSON.parse(stdout) as Released;
}

/** Reads the codes of what a verdict did not find proven, without what was not judged in consequence. */
export function failedCodes(stdout: string): readonly string[] {
  const { findings } = JSON.parse(stdout) as Verified;
  const failed = findings.filter(({ state, code }) => state !== 'proven' && !code.endsWith('_NOT_JUDGED'));
  return failed.map(({ code }) => code);
}

/** Reads the error that a command printed. */
export function parseFailed(stdout: string): Failed['error'] {
  return (JSON.parse(stdout) as Failed).error;
}
