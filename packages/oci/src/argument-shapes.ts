import type { ArgumentShape } from '@release-capsule/core';

export const locationShape: ArgumentShape = { registry: 'text', repository: 'text' };
/** What of `RegistryOptions` is checked by its type alone. */
export const registryOptionsShape: ArgumentShape = {
  'credentials?': ['credentials'],
  'plainHttp?': 'boolean',
  'retry?': 'object',
  'timeouts?': { 'idleMs?': 'amount', 'totalMs?': 'amount' },
  'clock?': 'object',
  'userAgent?': 'text',
  'fetch?': 'function',
  'allowedHosts?': 'texts',
  'onRequest?': 'function',
  'uploadOrigins?': 'texts',
};
