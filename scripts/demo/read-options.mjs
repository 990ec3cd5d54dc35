import { parseArgs } from 'node:util';

/** Reads the options of the demo; ends the process with exit status 2 if there is one that the demo does not have. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({ args, options: { keep: { type: 'boolean', default: false } } });
    return { keep: values.keep };
  } catch (error) {
    console.error(`error: ${error.message}\nhint: The demo has one option: npm run demo -- --keep`);
    return process.exit(2);
  }
}
