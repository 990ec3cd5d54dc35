import { commandTable } from '../command-table.ts';
import type { Context } from '../context.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { version } from '../version.ts';
import { plainStyle, terminalStyle } from './style.ts';
import { alignRows } from './table.ts';

/** Prints what `capsule` can do; for an unknown command, says so first and counts as misuse. */
export function explainCommands(name: string, { stdout, stderr }: Context): ExitStatus {
  const isAsked = ['--help', '-h', 'help'].includes(name);
  const terminal = isAsked ? stdout : stderr;
  const style = terminal.hasColour ? terminalStyle : plainStyle;
  const lines = [
    `${style.bold('capsule')} ${version}: freeze a release once, and verify it before anything is rendered.`,
    '',
    'Usage: capsule COMMAND [OPTIONS]',
    '',
    ...alignRows(commandTable.map((command) => [command.name, command.summary] as const), '  '),
    '',
    'capsule COMMAND --help shows the options of a command and an example.',
    'Exit status: 0 accepted or done, 1 refused, 2 usage, 3 could not tell (try again), 4 malfunction, 130 interrupted.',
  ];
  if (!isAsked) lines.unshift(`${style.red('error:')} there is no command ${JSON.stringify(name)}.`, '');
  terminal.stream.write(`${lines.join('\n')}\n`);
  return isAsked ? exitStatus.ok : exitStatus.usage;
}
