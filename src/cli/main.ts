#!/usr/bin/env node
import process from 'node:process';
import { processIo } from './io.ts';
import { main } from './program.ts';

const code = await main(process.argv.slice(2), processIo());
// A command may have set a code of its own.
if (code !== 0) process.exitCode = code;
