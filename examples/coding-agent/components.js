import { devServer } from './components/dev-server.js';
import { eslint } from './components/eslint.js';
import { jsdom } from './components/jsdom.js';
import { lsBash } from './components/ls-bash.js';
import { lsCss } from './components/ls-css.js';
import { lsHtml } from './components/ls-html.js';
import { lsJson } from './components/ls-json.js';
import { lsPyright } from './components/ls-pyright.js';
import { lsTypescript } from './components/ls-typescript.js';
import { lsYaml } from './components/ls-yaml.js';
import { mcpEverything } from './components/mcp-everything.js';
import { mcpFilesystem } from './components/mcp-filesystem.js';
import { mcpMemory } from './components/mcp-memory.js';
import { mcpSequentialThinking } from './components/mcp-sequential-thinking.js';
import { prettier } from './components/prettier.js';
import { pyodide } from './components/pyodide.js';
import { readScreenshot } from './components/read-screenshot.js';
import { sass } from './components/sass.js';
import { scriptRunner } from './components/script-runner.js';
import { stylelint } from './components/stylelint.js';
import { treeSitter } from './components/tree-sitter.js';
import { typescript } from './components/typescript.js';
import { voiceActivity } from './components/voice-activity.js';
import { webpack } from './components/webpack.js';

/**
 * What one component is: how to load it, what it costs, and how to use it.
 * `size` and `loadMs` were measured by `node measure.js` on 2 cores x86-64, Node 20.20.
 * @typedef {object} AgentComponent
 * @property {string} id
 * @property {'worker' | 'wasm' | 'onnx' | 'language-server' | 'mcp' | 'process'} kind
 * @property {string} what one line for people
 * @property {import('foreload/loaders/loader').Loader<any>} loader
 * @property {string} size what it holds once loaded, such as '90MB'
 * @property {number} loadMs
 * @property {(value: any, n: number) => Promise<string>} use a real call on the warm component, a new one for each n;
 *   checks the answer and tells it in one line
 */

/** @type {readonly AgentComponent[]} */
export const components = [
  typescript,
  eslint,
  prettier,
  stylelint,
  sass,
  webpack,
  jsdom,
  pyodide,
  treeSitter,
  voiceActivity,
  readScreenshot,
  lsTypescript,
  lsPyright,
  lsBash,
  lsYaml,
  lsJson,
  lsCss,
  lsHtml,
  mcpFilesystem,
  mcpMemory,
  mcpEverything,
  mcpSequentialThinking,
  devServer,
  scriptRunner,
];
