import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 20;
const maxTries = 500; // ten seconds: slow on a loaded machine, and less than a test may take

/** Waits until something has come to be. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tried = 0; tried < maxTries; tried += 1) {
    if (await isSo()) return;
    await sleep(everyMs);
  }
  throw new Error('it did not come to be');
}
