import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const largeBytes = 1_000_000;

/**
 * Frees the space that a run has taken, before the system writes it to the disk beside the next run. Small files stay
 * until the end of the bench: removing thousands is work for the file system that could fall into the next run.
 */
export function discardLargeFiles(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(path).size > largeBytes) rmSync(path);
  }
}
