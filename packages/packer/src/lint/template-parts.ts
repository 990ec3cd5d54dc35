/** A piece of a template's text. */
export interface TemplatePart {
  readonly kind: 'text' | 'action' | 'comment';
  /** Of an action, what stands between its braces. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const comment = /\{\{(?:-[ \t\r\n])?\/\*[^]*?\*\/(?:[ \t\r\n]-)?\}\}/y;

/**
 * Cuts a template into text, actions and comments as Go does: braces in an action's texts do not end it, and what looks
 * like a comment in one is none. Source: Go 1.26, text/template/parse/lex.go.
 */
export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const end = open === -1 ? undefined : endOfAction(template, open);
    if (end === undefined) break;
    if (open > at) parts.push({ kind: 'text', text: template.slice(at, open), start: at, end: open });
    const isComment = commentAt(template, open) !== undefined;
    parts.push({ kind: isComment ? 'comment' : 'action', text: template.slice(open + 2, end - 2), start: open, end });
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

function commentAt(template: string, open: number): number | undefined {
  comment.lastIndex = open;
  return comment.test(template) ? comment.lastIndex : undefined;
}

function endOfAction(template: string, open: number): number | undefined {
  const comments = commentAt(template, open);
  if (comments !== undefined) return comments;
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
