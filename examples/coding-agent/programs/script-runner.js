/** Runs the small scripts that its parent sends, each in a fresh context, and never for long. */
import { runInNewContext } from 'node:vm';
import { serve } from './serve.js';

const timeout = 1000;

serve((script) => runInNewContext(script, {}, { timeout }));
