import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the memory for young objects as it is at the start. V8 lets it grow under load and does not give it back: a
 * service would hold three times what it needs for as long as it lives, and win nothing that could be measured.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
