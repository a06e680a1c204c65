#!/usr/bin/env node
import process from 'node:process';
import { processIo } from './io.ts';
import { main } from './program.ts';

const io = processIo();
/** Nothing is left that could end what the command awaits, such as by a configuration's module. */
const stuck = (): void => {
  io.stderr('foreload: the command awaits something that never comes; see what its configuration awaits\n');
  process.exitCode = 1;
};
process.once('beforeExit', stuck);
const code = await main(process.argv.slice(2), io);
process.off('beforeExit', stuck);
// A command may have set a code of its own.
if (code !== 0) process.exitCode = code;
