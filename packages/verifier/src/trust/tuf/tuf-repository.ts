import { sha256 } from '@release-capsule/schema';
import { VerifyError } from '../../errors.ts';

/** The address of the public Sigstore instance's TUF repository. */
export const publicMirror = 'https://tuf-repo-cdn.sigstore.dev';

/** Bound of a TUF `root.json`, in bytes: the public instance's has 6 KiB. */
export const maxInitialRootBytes: number = 512 * 1024;

/** A TUF repository, and what its chain of roots begins at. */
export interface TufRepository {
  /** Without a slash at its end. */
  readonly mirror: string;
  /** The `root.json` to begin at; absent: the public instance's, as this program was built with it. */
  readonly initialRoot?: Uint8Array;
}

/**
 * Checks the address of a TUF repository. Plain HTTP is fine: what is got from there is signed.
 * @throws {VerifyError} `TRUST_INVALID`.
 */
export function parseMirror(text: string): string {
  const url = URL.parse(text);
  // Credentials in an address end in logs: neither sent nor repeated here.
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isPlain && ['http:', 'https:'].includes(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new VerifyError('TRUST_INVALID', 'the address of the TUF repository cannot be used', {
    hint: 'Give one like https://tuf.example.com, without credentials and query: TUF_MIRROR.',
  });
}

/** Names the file in which the answers of a repository are kept: another root to begin at is another file. */
export function tufStateName({ mirror, initialRoot }: TufRepository): string {
  const beginning = initialRoot === undefined ? 'built in' : sha256(initialRoot);
  return `${sha256(Buffer.from(`${mirror}\n${beginning}`)).slice('sha256:'.length)}.json`;
}
