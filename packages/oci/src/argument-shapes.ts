import type { ArgumentShape, ShapeOf } from '@release-capsule/core';
import type { RegistryOptions } from './registry/options.ts';

export const locationShape: ArgumentShape = { registry: 'text', repository: 'text' };
/** What of `RegistryOptions` is checked by its type alone. */
export const registryOptionsShape: ShapeOf<RegistryOptions> = {
  'credentials?': ['credentials'],
  'plainHttp?': 'boolean',
  'retry?': 'object',
  'timeouts?': { 'idleMs?': 'amount', 'totalMs?': 'amount' },
  'fallbackIndex?': { 'confirmations?': 'count', 'waitMs?': 'amount', 'maxWaitMs?': 'amount', 'attempts?': 'count' },
  'clock?': 'object',
  'userAgent?': 'text',
  'fetch?': 'function',
  'allowedHosts?': 'texts',
  'onRequest?': 'function',
  'uploadOrigins?': 'texts',
};
