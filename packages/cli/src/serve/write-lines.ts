import type { Writable } from 'node:stream';
import { formatLine, type LogEntry } from '@release-capsule/verifier/service';

/** Writes a line, and waits until it has left the process: into a file, or into a pipe that has room for it. */
export function writeLine(stream: Writable, entry: LogEntry): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(formatLine(entry), (error) => (error ? reject(error) : resolve()));
  });
}

const maxWaitingBytes = 256 * 1024; // a thousand lines

/**
 * Makes a log that drops lines while its reader has stopped, and says later how many: a log that fills the memory would end the
 * service that it is about. A reader that has gone ends nothing either.
 */
export function boundedLog(stream: Writable, now: () => Date): (entry: LogEntry) => void {
  let dropped = 0;
  stream.on('error', () => undefined);
  return (entry) => {
    if (stream.writableLength > maxWaitingBytes) {
      dropped += 1;
      return;
    }
    if (dropped > 0) {
      const reason = 'the log was not read: lines were dropped';
      stream.write(formatLine({ level: 'warn', time: now().toISOString(), event: 'log-dropped', lines: dropped, reason }));
      dropped = 0;
    }
    stream.write(formatLine(entry));
  };
}
