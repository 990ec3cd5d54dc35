/** A piece of a template's text. */
export interface TemplatePart {
  readonly kind: 'text' | 'action' | 'comment';
  /** Of an action, what stands between its braces. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const commentStart = /\{\{(?:-[ \t\r\n])?\/\*/y;
const commentEnd = /\*\/(?:[ \t\r\n]-)?\}\}/y;

/**
 * Cuts a template into text, actions and comments as Go does: braces in an action's texts do not end it, and what looks
 * like a comment in one is none. Source: Go 1.26, text/template/parse/lex.go.
 */
export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  const comments = new Comments(template);
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const endOfComment = open === -1 ? undefined : comments.endOf(open);
    const end = endOfComment ?? (open === -1 ? undefined : endOfAction(template, open));
    if (end === undefined) break;
    if (open > at) parts.push({ kind: 'text', text: template.slice(at, open), start: at, end: open });
    parts.push({ kind: endOfComment === undefined ? 'action' : 'comment', text: template.slice(open + 2, end - 2), start: open, end });
    at = end;
  }
  if (at < template.length) parts.push({ kind: 'text', text: template.slice(at), start: at, end: template.length });
  return parts;
}

/** Lists what stands between the braces of a template's actions. */
export function templateActions(template: string): readonly string[] {
  if (!template.includes('{{')) return [];
  return templateParts(template).filter(({ kind }) => kind === 'action').map(({ text }) => text);
}

/** Puts blanks where a template's comments stand; each line keeps its number. */
export function withoutComments(template: string): string {
  if (!template.includes('/*')) return template;
  return templateParts(template)
    .map(({ kind, start, end }) => {
      const text = template.slice(start, end);
      return kind === 'comment' ? text.replace(/[^\n]/g, ' ') : text;
    })
    .join('');
}

/** Finds the ends of comments; each is looked for once, as looking for one from every brace would take quadratic time. */
class Comments {
  readonly #template: string;
  #close = 0;

  constructor(template: string) {
    this.#template = template;
  }

  /** The end of the comment that begins at `open`. Go refuses one that closes before its braces. */
  endOf(open: number): number | undefined {
    commentStart.lastIndex = open;
    if (!commentStart.test(this.#template)) return undefined;
    const from = commentStart.lastIndex;
    if (this.#close < from) this.#close = this.#template.indexOf('*/', from);
    if (this.#close === -1) this.#close = Infinity;
    if (this.#close === Infinity) return undefined;
    commentEnd.lastIndex = this.#close;
    return commentEnd.test(this.#template) ? commentEnd.lastIndex : undefined;
  }
}

function endOfAction(template: string, open: number): number | undefined {
  for (let at = open + 2; at < template.length; at += 1) {
    const character = template[at] ?? '';
    if (character === '}' && template[at + 1] === '}') return at + 2;
    if (!'"`\''.includes(character)) continue;
    const close = endOfText(template, at, character);
    if (close === undefined) break;
    at = close;
  }
  // Go refuses a text that does not end; YAML that is no template may hold one.
  const plain = template.indexOf('}}', open + 2);
  return plain === -1 ? undefined : plain + 2;
}

function endOfText(template: string, from: number, quote: string): number | undefined {
  for (let at = from + 1; at < template.length; at += 1) {
    const character = template[at];
    if (character === quote) return at;
    if (quote === '`') continue;
    if (character === '\n') return undefined;
    if (character === '\\') at += 1;
  }
  return undefined;
}
