// Loaded into the command before it starts: writes down every file of code that it loads.
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) appendFileSync(process.env['CAPSULE_TEST_LOADED'] ?? '', `${fileURLToPath(url)}\n`);
    return nextLoad(url, context);
  },
});
