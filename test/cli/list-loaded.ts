// Loaded into the command before it starts: writes down every chunk of code that it loads, and what it is loaded from.
import { appendFileSync } from 'node:fs';
import vm, { type ScriptOptions } from 'node:vm';

vm.Script = class extends vm.Script {
  constructor(code: string, options: ScriptOptions) {
    super(code, options);
    const kept = this.cachedDataRejected === true ? 'refused' : 'kept';
    const from = options.cachedData === undefined ? 'source' : kept;
    appendFileSync(process.env['CAPSULE_TEST_LOADED'] ?? '', `${options.filename ?? ''} ${from}\n`);
  }
};
