import { commandTable } from '../command-table.ts';
import type { Context, Terminal } from '../context.ts';
import { CliError } from '../errors.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { version } from '../version.ts';
import { nearestCommand } from './nearest-command.ts';
import { Output } from './output.ts';
import { renderError } from './render-error.ts';
import { plainStyle, terminalStyle } from './style.ts';
import { alignRows } from './table.ts';

/** Answers a command line that names no command: with what `capsule` can do, or with what is wrong. */
export function explainCommands(args: readonly string[], context: Context): ExitStatus {
  const [name, topic] = args;
  if (name === undefined) {
    // A script whose command is an empty variable must not take this for a verification that passed.
    writeUsage(context.stderr);
    return exitStatus.usage;
  }
  const asked = name === 'help' ? (topic ?? '--help') : name;
  if (['--help', '-h', 'help'].includes(asked)) {
    writeUsage(context.stdout);
    return exitStatus.ok;
  }
  const output = new Output(context, { isJson: args.includes('--json'), isQuiet: false });
  renderError(unknownCommand(asked), exitStatus.usage, output);
  return exitStatus.usage;
}

function unknownCommand(name: string): CliError {
  if (name.startsWith('-')) {
    return new CliError('COMMAND_UNKNOWN', `a command must come before ${JSON.stringify(name)}`, {
      hint: 'Write capsule COMMAND OPTIONS; capsule --help lists the commands.',
    });
  }
  const nearest = nearestCommand(name);
  return new CliError('COMMAND_UNKNOWN', `there is no command ${JSON.stringify(name)}`, {
    hint: `${nearest === undefined ? '' : `Did you mean capsule ${nearest}? `}capsule --help lists the commands.`,
  });
}

function writeUsage({ stream, hasColour }: Terminal): void {
  const style = hasColour ? terminalStyle : plainStyle;
  const lines = [
    `${style.bold('capsule')} ${version}: freeze a release once, and verify it before anything is rendered.`,
    '',
    'Usage: capsule COMMAND [OPTIONS]',
    '',
    ...alignRows(commandTable.map((command) => [command.name, command.summary] as const), '  '),
    '',
    'capsule COMMAND --help shows the options of a command and an example.',
    'capsule --version prints the version.',
    'Exit status: 0 accepted or done, 1 refused, 2 usage, 3 undetermined (see the',
    'hint), 4 malfunction, 130 interrupted.',
  ];
  stream.write(`${lines.join('\n')}\n`);
}
