import type { TraceRow } from '../write-trace.ts';
import { Ids, type Importer, MadeTime, notOf, type SourceFile } from './importer.ts';

/** `timestamp,developer_id,message` a line. The two events that only sample what is on the screen are left out. */
export const abbVs: Importer = {
  about: 'ABB Developer Interaction Data, BlazeData_Dev_*.csv of github.com/abb-iss/DeveloperInteractionLogs',
  rows(files) {
    const ids = new Ids();
    return files.flatMap((file) => {
      const lines = linesOf(file);
      if (lines[0] !== 'timestamp,developer_id,message') throw notOf(file.name, JSON.stringify(lines[0]), 1);
      return lines.slice(1).flatMap((line, at) => {
        const [, time, developer, message] = /^([^,]*),([^,]*),"?(.+?)"?$/.exec(line) ?? [];
        const when = utc(time);
        if (when === null || !developer || !message) throw notOf(file.name, JSON.stringify(line), at + 2);
        if (sampled.has(message)) return [];
        return [{ at: when, user: `dev${developer}`, text: '', components: [ids.of(message)] }];
      });
    });
  },
};

const sampled: ReadonlySet<string> = new Set(['View.OnChangeCaretLine', 'View.OnChangeScrollInfo']);

/** One file a user, a command a line; marks of sessions are left out. */
export const unixPurdue: Importer = {
  about:
    'UNIX User Data of T. Lane, Purdue (KDD archive at UCI), command names only: one file a user, one command a line',
  rows(files) {
    const ids = new Ids();
    return files.flatMap((file, index) => {
      const begin = Date.UTC(2020, 0, 1) + index * 40 * 86_400_000;
      return linesOf(file)
        .map((line) => line.trim().split(/\s+/)[0] ?? '')
        .filter((word) => word !== '' && !/^\*\*[SE]OF\*\*$/.test(word))
        .map((word, at) => ({
          at: begin + at * 30_000,
          user: `user${index + 1}`,
          text: '',
          components: [ids.of(word)],
        }));
    });
  },
};

/** Categories in a line, then a sequence of their numbers a line. */
export const msnbc: Importer = {
  about:
    'MSNBC.com Anonymous Web Data of 28 Sep 1999 (UCI), msnbc990928.seq; --first 100000 for the trace of the figures',
  rows([file, ...more], first) {
    if (!file || more.length > 0) throw notOf(more[0]?.name ?? 'nothing', 'more than one file');
    const ids = new Ids();
    const time = new MadeTime(10_000, 60_000);
    const lines = linesOf(file).filter((line) => !line.startsWith('%') && line.trim() !== '');
    const names = (lines[0] ?? '').trim().split(/\s+/);
    if (names.length !== 17) throw notOf(file.name, `${names.length} categories instead of 17`);
    return lines.slice(1, 1 + first).flatMap((line, index) => {
      time.session();
      return line
        .trim()
        .split(/\s+/)
        .map((number): TraceRow => {
          const name = names[Number(number) - 1];
          if (name === undefined) throw notOf(file.name, `category ${number}`);
          return { at: time.step(), user: `s${index + 1}`, text: '', components: [ids.of(name)] };
        });
    });
  },
};

/** Creation time, task, status, seconds, group, two more, images, steps, base model, LoRAs: a request a line. */
export const alibabaGenai: Importer = {
  about: 'cluster-trace-v2026-GenAI/lora_request_trace.csv of github.com/alibaba/clusterdata',
  rows(files) {
    return files.flatMap((file) =>
      linesOf(file)
        .slice(1)
        .flatMap((line, at) => {
          const cells = line.split(',');
          const [created, task = '', , , group, , , images = '', steps = '', model, loras = ''] = cells;
          const when = utc(created);
          if (when === null || cells.length !== 11 || !group) throw notOf(file.name, JSON.stringify(line), at + 2);
          const text = `${task.toLowerCase()} n=${whole(images)} steps=${whole(steps)} lora=${whole(loras)}`;
          // Ids are the publisher's own.
          return model ? [{ at: when, user: group, text, components: [model] }] : [];
        }),
    );
  },
};

const whole = (text: string): number => Math.round(Number(text));

const linesOf = ({ text }: SourceFile): string[] => {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

/** `2013-10-01 10:59:52`, taken for UTC. */
function utc(time: string | undefined): number | null {
  const at = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(time ?? '')
    ? Date.parse(`${time!.replace(' ', 'T')}Z`)
    : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
