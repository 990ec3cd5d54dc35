// Run as a process of its own, to be killed: begins to unpack to DIRECTORY, and never ends. With `busy` it answers to nothing meanwhile.
import { TargetDirectory } from '../target-directory.ts';

const [directory = '', manner] = process.argv.slice(2);
const target = await TargetDirectory.prepare(directory, { replace: true, isDurable: false });
process.stdout.write(`${target.staging}\n`);
if (manner === 'busy') for (;;);
setInterval(() => undefined, 60_000);
