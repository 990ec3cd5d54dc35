import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { canAsk } from '../input/can-ask.ts';
import { listOf } from '../output/list-of.ts';
import type { Output } from '../output/output.ts';
import { askLine } from './ask-line.ts';
import type { Question } from './question.ts';

/** How questions are answered. */
export interface InterviewOptions {
  /** Takes what is suggested without asking. */
  readonly takesSuggestions: boolean;
}

/** Answers questions from options, from what was found out, and from a person; gathers what nobody answers. */
export class Interview {
  readonly #context: Context;
  readonly #output: Output;
  readonly #takesSuggestions: boolean;
  readonly #missing: Question[] = [];

  constructor(context: Context, output: Output, { takesSuggestions }: InterviewOptions) {
    this.#context = context;
    this.#output = output;
    this.#takesSuggestions = takesSuggestions;
  }

  /** Answers a question; with an empty text where it has to be reported as missing, so that the others are answered, too. */
  async answer(question: Question): Promise<string> {
    const answer = question.given ?? (await this.#findOrAsk(question));
    if (answer === undefined) this.#missing.push(question);
    else question.check(answer);
    return answer ?? '';
  }

  /**
   * Reports everything that nobody answered, at once.
   * @throws {CliError} `OPTION_INVALID`.
   */
  throwIfMissing(): void {
    if (this.#missing.length === 0) return;
    const names = this.#missing.map(({ flag }) => flag.replace(/ .*/, ''));
    const is = names.length === 1 ? 'is' : 'are';
    const why = this.#takesSuggestions ? 'with --yes nothing is asked' : 'there is no terminal to ask on';
    throw new CliError('OPTION_INVALID', `${listOf(names)} ${is} missing, and ${why}`, {
      hint: `Give ${listOf(this.#missing.map(describe))}${this.#missing.some(isSuggested) ? '; --yes takes what is suggested' : ''}.`,
    });
  }

  async #findOrAsk(question: Question): Promise<string | undefined> {
    const { known } = question;
    if (known.kind === 'found' || (known.kind === 'suggested' && this.#takesSuggestions)) return known.value;
    return canAsk(this.#context) && !this.#takesSuggestions && !this.#output.isJson ? this.#ask(question) : undefined;
  }

  async #ask({ label, known, check }: Question): Promise<string> {
    const { errorStyle: style } = this.#output;
    const suggestion = known.kind === 'suggested' || known.kind === 'found' ? known.value : '';
    const prompt = `${style.cyan('?')} ${label}${offer(known, style.dim)}: `;
    for (;;) {
      const answer = (await askLine(prompt, this.#context)) || suggestion;
      const problem = answer === '' ? 'An answer is needed.' : problemOf(answer, check);
      if (problem === undefined) return answer;
      this.#output.problem(`  ${style.red('✘')} ${problem}`);
    }
  }
}

/** Says what an empty answer means, or what can be answered. */
function offer(known: Question['known'], dim: (text: string) => string): string {
  if (known.kind !== 'unknown') return ` ${dim(`[default: ${known.value}]`)}`;
  return known.choices.length === 0 ? '' : ` ${dim(`(${known.choices.join(', ')})`)}`;
}

function problemOf(answer: string, check: Question['check']): string | undefined {
  try {
    check(answer);
    return undefined;
  } catch (error) {
    const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? ` ${error.hint}` : '';
    return error instanceof Error ? `${error.message}.${hint}` : String(error);
  }
}

function describe({ flag, known }: Question): string {
  if (known.kind === 'unknown') return known.choices.length === 0 ? flag : `${flag} (one of ${known.choices.join(', ')})`;
  return `${flag} (suggested: ${known.value})`;
}

function isSuggested({ known }: Question): boolean {
  return known.kind === 'suggested';
}
