/** Who verifies what whom has signed: a table that fills as tests run. */
export class Matrix {
  readonly #columns: readonly string[];
  readonly #rows = new Map<string, Map<string, string>>();

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  /** Notes the outcome of a row under a column. */
  note(row: string, column: string, outcome: string): void {
    const cells = this.#rows.get(row) ?? new Map<string, string>();
    this.#rows.set(row, cells.set(column, outcome));
  }

  /** Writes the table, its columns aligned. */
  toString(): string {
    const rows = [...this.#rows].map(([row, cells]) => [row, ...this.#columns.map((column) => cells.get(column) ?? '')]);
    const lines = [['signed by', ...this.#columns], ...rows];
    const widths = [...lines[0] ?? []].map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
    const pad = (cell: string, at: number): string => cell.padEnd(widths[at] ?? 0);
    return lines.map((line) => line.map(pad).join(' | ').trimEnd()).join('\n');
  }
}
