/** Ways to set a piece of text off. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const as = (open: number, close: number) => (text: string) => `\u001B[${open}m${text}\u001B[${close}m`;
const unchanged = (text: string): string => text;

/** For a terminal with colours. Source: ECMA-48, section 8.3.117, "SGR". */
export const terminalStyle: Style = {
  bold: as(1, 22),
  dim: as(2, 22),
  red: as(31, 39),
  green: as(32, 39),
  yellow: as(33, 39),
  cyan: as(36, 39),
};

/** For files, pipes and CI. */
export const plainStyle: Style = {
  bold: unchanged,
  dim: unchanged,
  red: unchanged,
  green: unchanged,
  yellow: unchanged,
  cyan: unchanged,
};
