import { commandTable } from './command-table.ts';
import type { Context } from './context.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';
import { version } from './version.ts';

/** Runs one command line and returns its exit status. A command's module is loaded only when it is asked for. */
export async function run(args: readonly string[], context: Context): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') return print(context, `${version}\n`);
  const entry = commandTable.find((command) => command.name === (name === 'help' ? rest[0] : name));
  if (entry === undefined) {
    const { explainCommands } = await import('./output/explain-commands.ts');
    return explainCommands(args, context);
  }
  const { runCommand } = await import('./run-command.ts');
  return runCommand(await entry.load(), name === 'help' ? ['--help'] : rest, context);
}

function print(context: Context, text: string): ExitStatus {
  context.stdout.stream.write(text);
  return exitStatus.ok;
}
