import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { fallbackHints } from './fallback-hints.ts';
import { isCodedError } from './coded-error.ts';
import type { Output } from './output.ts';

/** Prints an error: what happened, its code, and what to do next. Stack traces are for malfunctions alone. */
export function renderError(error: unknown, status: ExitStatus, output: Output): void {
  const { message, code, hint, findings = [], lines: own = [message] } = describe(error, status);
  if (output.isJson) output.result({ error: { code, message, hint, ...(findings.length > 0 && { findings }) } }, []);
  const style = output.errorStyle;
  const [first = '', ...more] = own;
  const label = style.red(status === exitStatus.interrupted ? 'interrupted:' : 'error:');
  const lines = [`${label} ${first} ${style.dim(`[${code}]`)}`, ...more];
  if (hint !== undefined) lines.push(`${style.cyan('hint:')}  ${hint}`);
  if (status === exitStatus.malfunction && code === 'MALFUNCTION' && error instanceof Error && error.stack !== undefined) {
    lines.push(...error.stack.split('\n').map((line) => style.dim(line)));
  }
  output.problem(...lines);
}

interface Description {
  readonly message: string;
  readonly code: string;
  readonly hint?: string | undefined;
  readonly lines?: readonly string[] | undefined;
  readonly findings?: readonly object[] | undefined;
}

function describe(error: unknown, status: ExitStatus): Description {
  if (status === exitStatus.interrupted) {
    return { message: 'stopped before it was done; nothing is left half written', code: 'INTERRUPTED' };
  }
  if (!isCodedError(error)) {
    const hint = 'This is a defect of capsule, or of this machine. Please report it with everything that is printed here.';
    return { message: error instanceof Error ? error.message : String(error), code: 'MALFUNCTION', hint };
  }
  const tables: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = { ...fallbackHints };
  const { message, code, lines, findings, hint = tables[error.name]?.[code] } = error;
  return { message, code, hint, lines, findings };
}
