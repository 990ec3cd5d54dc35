/** The exit statuses of every command. Source: docs/verification.md, "Outcome". */
export const exitStatus = {
  ok: 0,
  refused: 1,
  usage: 2,
  undetermined: 3,
  malfunction: 4,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
