import { setTimeout } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';
import { Output } from './output/output.ts';
import { renderError } from './output/render-error.ts';
import { statusOfError } from './output/status-of-error.ts';

/** What a command works with: the process, and the way to say things. */
export interface CommandRun {
  readonly context: Context;
  readonly output: Output;
}

const signalDelayMs = 20; // a signal is heard within a turn of the event loop, also on a loaded machine

/** Runs a command that has parsed its arguments. */
export type Action<Options> = (args: readonly string[], options: Options, run: CommandRun) => Promise<ExitStatus>;

/** One command: how it is called, and what it does. */
export interface CommandModule {
  readonly name: string;
  /** Declares arguments and options, and hands the parsed ones to `act`. */
  readonly declare: (command: Command, act: <Options>(action: Action<Options>) => void) => void;
}

/** Parses a command's arguments and runs it; every error ends here, as text or JSON and an exit status. */
export async function runCommand(module: CommandModule, args: readonly string[], context: Context): Promise<ExitStatus> {
  const command = commonCommand(module.name, context);
  const isJson = args.includes('--json');
  const output = new Output(context, { isJson, isQuiet: args.includes('--quiet') || args.includes('-q') });
  let status: ExitStatus = exitStatus.ok;
  module.declare(command, (action) => {
    command.action(async () => {
      // What commander has parsed is what `declare` declared: each command states its own type for it.
      status = await action(command.args, command.opts() as Parameters<typeof action>[1], { context, output });
    });
  });
  try {
    await command.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) return await reportError(error, output, context);
    return error.exitCode === 0 ? exitStatus.ok : await reportError(misuse(error, module.name), output, context);
  } finally {
    output.end();
  }
}

function commonCommand(name: string, { stdout }: Context): Command {
  return new Command(`capsule ${name}`)
    .option('--json', 'print one JSON document')
    .option('-q, --quiet', 'print nothing but errors')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ helpWidth: Math.min(stdout.columns, 110) })
    .configureOutput({
      writeOut: (text) => void stdout.stream.write(text),
      outputError: () => undefined, // printed as every other error is
    })
    .exitOverride();
}

/** Options that an earlier version had, and what to write now. */
const replacedOptions: Readonly<Record<string, string>> = {
  '--allow-secret': 'Write --allow-secret-value FILE#Kind/name/key: an exception names one value, never a whole file.',
};

/** Puts what commander says of a command line into an error of ours. */
function misuse({ message }: CommanderError, name: string): CliError {
  const [, what, guess] = /^(?:error: )?([^]*?)\.?(?:\n\((Did you mean [^]*)\))?$/.exec(message) ?? [];
  const help = `capsule ${name} --help lists the options and shows an example.`;
  const old = Object.keys(replacedOptions).find((option) => what === `unknown option '${option}'`);
  if (old !== undefined) return new CliError('OPTION_INVALID', `${old} is no longer an option`, { hint: replacedOptions[old] ?? help });
  return new CliError('OPTION_INVALID', what ?? message, { hint: guess === undefined ? help : `${guess} ${help}` });
}

async function reportError(error: unknown, output: Output, context: Context): Promise<ExitStatus> {
  output.end();
  // Ctrl-C ends git too, and that may be noticed before our own signal is heard: what failed then is no error.
  await setTimeout(signalDelayMs);
  const status = context.signal.aborted ? exitStatus.interrupted : statusOfError(error);
  renderError(error, status, output);
  return status;
}
