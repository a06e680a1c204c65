import { stderr } from 'node:process';
import { styleText } from 'node:util';
import { megabytes, plain } from './table.js';

const colours = { warm: 'green', loading: 'yellow', cold: 'red', failed: 'magenta' };
const textWidth = 44;

/** Tells on stderr what goes on. */
export function say(line = '') {
  stderr.write(`${line}\n`);
}

export function heading(text) {
  say(`\n${painted('bold', text, stderr)}`);
}

/** One component of the warm-up. */
export function sayCost(id, cost, error) {
  if (cost === null) say(`  ${id.padEnd(24)} failed: ${error.message}`);
  else say(`  ${id.padEnd(24)} ${plain(cost.loadMs).padStart(5)} ms ${megabytes(cost.bytes).padStart(4)} MB`);
}

/** One command of a session. */
export function sayCommand({ n, text, component, found, usableMs, error }, commands) {
  const width = String(commands).length;
  const state = painted(colours[found], found.padEnd(7), stderr);
  const took = usableMs === undefined ? '' : `${plain(usableMs)} ms`;
  const why = error === undefined ? '' : `  ${error}`;
  say(
    `  ${String(n).padStart(width)}/${commands}  ${state} ${took.padStart(8)}  ${component.padEnd(24)} ${shortened(text)}${why}`,
  );
}

/** Colours a text if the stream shows colours, or if it is asked for. */
export function painted(colour, text, stream) {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  const wanted = NO_COLOR ? false : FORCE_COLOR === undefined ? stream.isTTY && TERM !== 'dumb' : forced;
  return wanted ? styleText(colour, text) : text;
}

function shortened(text) {
  return text.length > textWidth ? `${text.slice(0, textWidth - 3)}...` : text;
}
