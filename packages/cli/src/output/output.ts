import type { Context } from '../context.ts';
import { fitLines } from './fit-lines.ts';
import { printable } from './printable.ts';
import { Progress } from './progress.ts';
import { plainStyle, type Style, terminalStyle } from './style.ts';
import { type Warning, warningLines } from './warning-lines.ts';

/** The one version of what `--json` prints. */
const schemaVersion = 'release-capsule/v1';

/** How much a command says, and in which form. */
export interface OutputOptions {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
}

/** Says things to people on a terminal, to logs in CI, and to programs as JSON. Results go to stdout, the rest to stderr. */
export class Output {
  readonly isJson: boolean;
  /** The style of what goes to stdout. */
  readonly style: Style;
  readonly errorStyle: Style;
  readonly #context: Context;
  readonly #isQuiet: boolean;
  readonly #progress: Progress;

  constructor(context: Context, { isJson, isQuiet }: OutputOptions) {
    this.#context = context;
    this.isJson = isJson;
    this.#isQuiet = isQuiet;
    this.style = context.stdout.hasColour && !isJson ? terminalStyle : plainStyle;
    this.errorStyle = context.stderr.hasColour ? terminalStyle : plainStyle;
    const isShown = context.stderr.isInteractive && !isQuiet && !isJson;
    this.#progress = new Progress(context.stderr, isShown ? this.errorStyle : undefined);
  }

  /** Whether a person reads the result as it comes. */
  get isTerminal(): boolean {
    return this.#context.stdout.isInteractive;
  }

  /** Says what is being done now; shown on a terminal where it takes longer than half a second. */
  step(text: string): void {
    this.#progress.step(text);
  }

  /**
   * Prints lines for people; on a terminal they fit it.
   * @param isText tells which lines are a part of a file: they are copied, and keep their form.
   */
  lines(lines: readonly string[], isText: (line: string) => boolean = () => false): void {
    this.#progress.clear();
    if (this.isJson || this.#isQuiet) return;
    const { stream, isInteractive, columns } = this.#context.stdout;
    const shown = printableLines(lines, this.style);
    stream.write(asText(isInteractive ? shown.flatMap((line) => (isText(line) ? [line] : fitLines([line], columns))) : shown));
  }

  /** Prints the one result: as JSON where that was asked for, else the lines. Each JSON has its schema in schema/. */
  result(value: object, lines: readonly string[], isText?: (line: string) => boolean): void {
    this.#progress.clear();
    if (this.isJson) this.#context.stdout.stream.write(`${JSON.stringify({ schemaVersion, ...value }, undefined, 2)}\n`);
    else this.lines(lines, isText);
  }

  /** Prints lines to stderr, whatever was asked for: errors are never quiet. */
  problem(...lines: readonly string[]): void {
    this.#progress.clear();
    const { stream, isInteractive, columns } = this.#context.stderr;
    const shown = printableLines(lines, this.errorStyle);
    stream.write(asText(isInteractive ? fitLines(shown, columns) : shown));
  }

  /** Prints a warning to stderr, where a program that reads the result does not meet it. With `--quiet` there are only errors. */
  warning(warning: Warning): void {
    if (!this.#isQuiet) this.problem(...warningLines([warning], this.errorStyle));
  }

  /** Takes what is left of progress off the screen. */
  end(): void {
    this.#progress.clear();
  }
}

/** The one way of lines to a stream: texts from registries, capsules and Freights are in them. */
function printableLines(lines: readonly string[], style: Style): readonly string[] {
  return lines.map((line) => printable(line, { keepStyle: style === terminalStyle }));
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
