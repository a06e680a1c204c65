import type { TraceRow } from '../write-trace.ts';
import { sessionsOf } from './dialogues.ts';
import {
  areObjects,
  areTexts,
  Expect,
  type Fields,
  Ids,
  type Importer,
  MadeTime,
  notOf,
  objectsIn,
  unique,
} from './importer.ts';

/** A row for each turn of a task: the functions that are the right answer, in order. */
export const bfclMultiturn: Importer = {
  about:
    'BFCL_v4_multi_turn_base.json and possible_answer/BFCL_v4_multi_turn_base.json of github.com/ShishirPatil/gorilla, both',
  rows(files, first) {
    const objects = files.map((file) => ({ file, all: objectsIn(file) }));
    const questions = objects.find(({ all }) => 'question' in all[0]!);
    const answers = objects.find(({ all }) => 'ground_truth' in all[0]!);
    if (!questions || !answers)
      throw notOf(files[0]?.name ?? 'nothing', `no ${questions ? 'ground_truth' : 'question'}`);
    const truth = new Map(
      answers.all.map((fields) => [fields['id'], new Expect(answers.file).lists(fields, 'ground_truth', areTexts)]),
    );
    const expect = new Expect(questions.file);
    const classes = classesOf(questions.all);
    const ids = new Ids();
    const time = new MadeTime(30_000, 300_000);
    return questions.all.slice(0, first).flatMap((fields) => {
      const name = expect.text(fields, 'id');
      const calls = truth.get(name);
      if (!calls) throw notOf(answers.file.name, `no answer to ${name}`);
      time.session();
      return expect.lists(fields, 'question', areObjects).map((turn, at): TraceRow => {
        const said = turn.map((message) => textOf(message['content']));
        const functions = (calls[at] ?? []).map((call) => call.split('(')[0]!.trim());
        const names = functions.map((called) => (classes.has(called) ? `${classes.get(called)}.${called}` : called));
        const components = unique(names.map((called) => ids.of(called)));
        return { at: time.step(), user: userOf(name), text: said.join(' / '), components };
      });
    });
  },
};

/** By function: its class, from the paths of all tasks. */
function classesOf(tasks: readonly Fields[]): Map<string, string> {
  const classes = new Map<string, string>();
  for (const { path } of tasks) {
    for (const step of Array.isArray(path) ? (path as unknown[]) : []) {
      const [owner, called] = String(step).split('.');
      if (owner && called) classes.set(called, owner);
    }
  }
  return classes;
}

/** A row for each step of an agent that executes tools. What it looks up to find them is left out. */
export const livemcpbench: Importer = {
  about: 'baseline/output/*.json of github.com/icip-cas/LiveMCPBench',
  rows(files, first) {
    const ids = new Ids();
    const time = new MadeTime(20_000, 300_000);
    return sessionsOf(files, first).flatMap(({ file, fields }) => {
      const expect = new Expect(file);
      const user = `task-${expect.text(fields, 'task_id').slice(0, 8)}`;
      let text: string | null = expect.text(fields, 'Question');
      time.session();
      return expect.list(fields, 'messages').flatMap((message): TraceRow[] => {
        const components = unique(
          callsOf(message).flatMap(({ name, given }) => {
            const { server_name: server, tool_name: tool } = given;
            return name === 'execute-tool' && server && tool ? [ids.of(`${plain(server)}.${plain(tool)}`)] : [];
          }),
        );
        if (components.length === 0) return [];
        const row = {
          at: time.step(),
          user,
          text: (text ?? textOf(message['content'])).slice(0, 300),
          components,
        };
        text = null;
        return [row];
      });
    });
  },
};

/** A row for each tool call of an agent; its text is what the user said since the call before. */
export const tauBench: Importer = {
  about: 'historical_trajectories/gpt-4o-airline.json of github.com/sierra-research/tau-bench',
  rows(files, first) {
    const ids = new Ids();
    const time = new MadeTime(20_000, 300_000);
    const sessions = sessionsOf(files, first).map(({ file, fields }) => {
      const expect = new Expect(file);
      return {
        expect,
        fields,
        trial: Number(expect.text(fields, 'trial')),
        task: Number(expect.text(fields, 'task_id')),
      };
    });
    return sessions
      .sort((one, other) => one.trial - other.trial || one.task - other.task)
      .flatMap(({ expect, fields, trial, task }) => {
        let said: string[] = [];
        time.session();
        return expect.list(fields, 'traj').flatMap((message): TraceRow[] => {
          if (message['role'] === 'user') said.push(textOf(message['content']));
          const components = unique(callsOf(message).map(({ name }) => ids.of(name)));
          if (message['role'] !== 'assistant' || components.length === 0) return [];
          const text = said.join(' / ');
          said = [];
          return [{ at: time.step(), user: `trial-${trial}-task-${task}`, text, components }];
        });
      });
  },
};

/** The tool calls of one message, with what they were given. */
function callsOf(message: Fields): { readonly name: string; readonly given: Fields }[] {
  const calls = message['tool_calls'];
  if (!areObjects(calls)) return [];
  return calls.flatMap((call) => {
    const { name, arguments: text } = (call['function'] ?? {}) as Fields;
    return typeof name === 'string' ? [{ name, given: objectIn(String(text)) }] : [];
  });
}

/** What a model wrote need not be JSON. */
function objectIn(text: string): Fields {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === 'object' && given !== null ? (given as Fields) : {};
  } catch {
    return {};
  }
}

/** A dot divides a server from its tool, and nothing else. */
const plain = (name: unknown): string => String(name).replaceAll('.', '-');

/** Null beside a tool call. */
const textOf = (content: unknown): string => (typeof content === 'string' ? content : '');

const userOf = (id: string): string => id.replaceAll('_', '-');
