import { withoutQuotes } from './without-quotes.ts';

/** The entries of a flow mapping, and where it ends. */
export interface FlowEntries {
  readonly entries: readonly { readonly key: string; readonly value: string }[];
  readonly end: number;
}

const maxFlowCharacters = 256 * 1024; // the largest object that Kubernetes takes has six times that, over many lines

/** Reads the entries of a flow mapping that begins at `start`, with actions of a template in it or not. */
export function flowEntries(text: string, start: number): FlowEntries {
  const flow = text.slice(start, start + maxFlowCharacters);
  const entries: { key: string; value: string }[] = [];
  const unclosed = new Set<string>();
  let depth = 0;
  let from = 1;
  let at = 0;
  for (; at < flow.length; at += 1) {
    at = endOfQuoted(flow, at, unclosed);
    const character = flow[at] ?? '';
    if ('{['.includes(character)) depth += 1;
    if ('}]'.includes(character)) depth -= 1;
    const isEnd = depth === 0;
    if (!isEnd && !(depth === 1 && character === ',')) continue;
    entries.push(...entryOf(flow.slice(from, at)));
    from = at + 1;
    if (isEnd) break;
  }
  return { entries, end: start + at + 1 };
}

// Moves to the end of a quoted text; a quote inside a plain word is no quote.
function endOfQuoted(flow: string, at: number, unclosed: Set<string>): number {
  const quote = flow[at] ?? '';
  if ((quote !== '"' && quote !== "'") || unclosed.has(quote)) return at;
  if (!/[\s{[,:(]$/.test(flow.slice(Math.max(0, at - 1), at))) return at;
  for (let end = at + 1; end < flow.length; end += 1) {
    if (quote === '"' && flow[end] === '\\') end += 1;
    else if (flow[end] === quote) return end;
  }
  unclosed.add(quote); // it is looked for once: looking again at each quote would take quadratic time
  return at;
}

function entryOf(text: string): readonly { readonly key: string; readonly value: string }[] {
  const [, key, value = ''] = /^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^:]+?)\s*(?::\s*([^]*?))?\s*$/.exec(text) ?? [];
  if (key === undefined || /^\{\{[^]*\}\}$/.test(key)) return [];
  return [{ key: withoutQuotes(key.trim()), value }];
}
