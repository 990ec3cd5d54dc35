// Bundles the command, unless the bundle is newer than everything it is made of.
import { buildCommand } from './bootstrap/build-command.mjs';

buildCommand(process.execPath);
