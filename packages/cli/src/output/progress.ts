import type { Terminal } from '../context.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

const firstShownAfterMs = 500; // what is faster needs no explaining
const frameMs = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** One line at the bottom of a terminal that says what is being done. Shows nothing where it has no style. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #style: Style | undefined;
  #text = '';
  #frame = 0;
  #isShown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal, style: Style | undefined) {
    this.#terminal = terminal;
    this.#style = style;
  }

  step(text: string): void {
    if (this.#style === undefined) return;
    this.#text = text;
    this.#timer ??= setTimeout(() => this.#draw(), firstShownAfterMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isShown) this.#terminal.stream.write('\r\u001B[2K');
    this.#isShown = false;
  }

  #draw(): void {
    const frame = this.#style?.cyan(frames[this.#frame % frames.length] ?? '') ?? '';
    this.#frame += 1;
    this.#isShown = true;
    this.#terminal.stream.write(`\r\u001B[2K${frame} ${printable(this.#text, { keepStyle: false }).slice(0, this.#terminal.columns - 4)}`);
    this.#timer = setTimeout(() => this.#draw(), frameMs).unref();
  }
}
