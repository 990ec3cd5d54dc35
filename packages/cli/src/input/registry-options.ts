import type { Command } from 'commander';

/** The option of commands that speak to registries. */
export interface RegistryOptions {
  readonly plainHttp?: boolean;
}

/** Declares `--plain-http`. */
export function declareRegistryOptions(command: Command): Command {
  return command.option('--plain-http', 'speak HTTP without TLS to the registry (loopback hosts always do)');
}
