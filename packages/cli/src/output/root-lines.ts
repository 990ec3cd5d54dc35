import type { RootPart, RootPartKind } from '@release-capsule/verifier';
import type { ShownRoot } from '../trust/show-root.ts';
import type { Style } from './style.ts';
import { alignRows, count } from './table.ts';

const headings: Readonly<Record<RootPartKind, string>> = {
  'certificate-authority': 'Certificate authorities: they say who signed',
  'transparency-log': 'Transparency logs: they have recorded that it was signed',
  'certificate-log': 'Certificate logs: they have recorded the certificate',
  'timestamp-authority': 'Timestamp authorities: they say when it was signed',
};

/** Explains a trusted root to people: where it is from, how old it is, each part, and what to look out for. */
export function rootLines({ root, description, found }: ShownRoot, style: Style, now: Date): readonly string[] {
  const { parts, newest, warnings } = description;
  const kinds = [...new Set(parts.map(({ kind }) => kind))];
  return [
    `${style.bold(root.label)} ${style.cyan(root.digest)}`,
    ...alignRows(
      [
        ...(found === undefined ? [] : foundRows(found, now)),
        ['newest part', `began on ${day(newest)}, ${ageOf(newest, now)}`],
      ],
      '  ',
    ),
    ...kinds.flatMap((kind) => {
      const ofKind = parts.filter((part) => part.kind === kind);
      return ['', style.bold(headings[kind]), ...ofKind.flatMap((part) => partLines(part, style))];
    }),
    ...(warnings.length === 0 ? [] : ['', style.bold(count(warnings.length, 'warning'))]),
    ...warnings.map(({ code, message }) => `  ${style.yellow('!')} ${message} ${style.dim(`[${code}]`)}`),
  ];
}

function foundRows({ mirror, fetchedAt, expires }: NonNullable<ShownRoot['found']>, now: Date): readonly (readonly [string, string])[] {
  return [
    ['from', mirror],
    ['fetched', `${fetchedAt.toISOString()}, ${ageOf(fetchedAt, now)}`],
    ['known good', `until ${expires.toISOString()}; then it is asked for again`],
  ];
}

function partLines({ url, name, from, until, certificatesUntil, state }: RootPart, style: Style): readonly string[] {
  const mark = { current: style.green('in use'), ended: style.dim('ended '), future: style.yellow('to come') }[state];
  const period = until === undefined ? `since ${day(from)}, no end stated` : `${day(from)} to ${day(until)}`;
  const certificates = certificatesUntil === undefined ? '' : `; certificates to ${day(certificatesUntil)}`;
  return [`  ${mark}  ${url}`, `          ${name}`, `          ${style.dim(`${period}${certificates}`)}`];
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function ageOf(date: Date, now: Date): string {
  const days = Math.floor((now.getTime() - date.getTime()) / 86_400_000);
  return days < 1 ? 'less than a day ago' : `${count(days, 'day')} ago`;
}
