import type { Draw } from './draw.ts';

/** Writes a `.helmignore`: the usual patterns, and at times one that hides a file that Helm needs. */
export function drawIgnoreFile(draw: Draw): string {
  const usual = draw.some(
    ['# comment', '*.swp', '.git/', '*.bak', '.DS_Store', '*.tmproj', '/ci/', 'README.md', 'docs/*.md', '', 'OWNERS'],
    1,
    6,
  );
  const odd = draw.odd('ignored');
  if (odd === undefined) return `${usual.join('\n')}\n`;
  const patterns = odd.some(oddPatterns, 1, 3);
  const lines = odd.chance(50) ? [...usual, ...patterns] : [...patterns, ...usual];
  const text = `${lines.join(odd.pick(['\n', '\n', '\n', '\r\n', '\u2028']))}\n`;
  return odd.chance(10) ? `\ufeff${text}` : text;
}

const oddPatterns = [
  'charts/',
  'charts',
  'charts/*',
  'charts/sub-1',
  'charts/sub-1/',
  '/charts/sub-1',
  'charts/*/Chart.yaml',
  'charts/**',
  'sub-*',
  'sub-?',
  '[a-s]ub-1',
  '*.tgz',
  '*',
  '**',
  '/*',
  '.',
  '..',
  './charts',
  'Chart.yaml',
  '/Chart.yaml',
  'Chart.lock',
  '*.lock',
  'chart*',
  'requirements.yaml',
  'values.yaml',
  'values.schema.json',
  '*.json',
  'templates/',
  'templates/*',
  'CHARTS/',
  '!charts/',
  '!charts/sub-1',
  '!*',
  '\\!charts',
  '\\charts',
  ' charts/',
  'charts/ ',
  '\tcharts/',
  'charts/\\',
  'charts//',
  '[',
  '[]a]',
  '[^x]harts',
  'c\\harts',
  '{charts,docs}/',
  'charts/sub-1-*.tgz',
  '../outside.yaml',
  'kustomization.yaml',
  '.helmignore',
  'sub-1',
  'charts/sub-1/values.schema.json',
] as const;
