import type { Readable, Writable } from 'node:stream';

/** A stream to write to, and what is known of who reads it. */
export interface Terminal {
  readonly stream: Writable;
  /** A person reads it as it comes. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** In characters. */
  readonly columns: number;
}

/** Everything that a command takes from the process: nothing below reads it from anywhere else. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The file that was started, as it was named: `dist/capsule.js` of the package, or a link to it. */
  readonly program: string;
  readonly stdin: Readable;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly now: () => Date;
  readonly temporaryDirectory: string;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  /** Hears each SIGHUP, which then does not end the process. */
  readonly onHangup: (listener: () => void) => void;
}
