import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

const loader = { kind: 'module', module: './any.mjs' };
const config = files.write(
  'app.json',
  JSON.stringify({
    budget: '2GB',
    components: {
      chat: { loader, size: '120MB', loadMs: 340, dependsOn: ['model', 'tokenizer', 'history'] },
      model: { loader, size: '900MB', loadMs: 2600, dependsOn: ['runtime'] },
      tokenizer: { loader, size: '40MB', loadMs: 420 },
      runtime: { loader, size: '60MB', loadMs: 500 },
      history: { loader, size: '30MB', loadMs: 150, dependsOn: ['database'] },
      database: { loader, size: '80MB', loadMs: 900 },
      search: { loader, size: '250MB', loadMs: 1200, dependsOn: ['database', 'tokenizer'] },
      images: { loader, size: '700MB', loadMs: 1800, conflictsWith: ['chat'], dependsOn: ['runtime'] },
    },
  }),
);
const tasks = files.write('tasks.stg', '2\n0 0 0\n1 10 1 0\n2 4 1 0\n3 0 2 1 2\n# a comment\n');
const packages = files.write(
  'packages.jsonl.gz',
  gzipSync(
    [
      { name: 'app', dependsOn: ['libc', 'libgcc', 'not-there'], conflictsWith: [], sizeKb: 300 },
      { name: 'libc', dependsOn: ['libgcc'], conflictsWith: [], sizeKb: 100 },
      { name: 'libgcc', dependsOn: ['libc'], conflictsWith: [], sizeKb: 200 },
      { name: 'other', dependsOn: ['app'], conflictsWith: ['rival'], sizeKb: 1 },
      { name: 'rival', dependsOn: [], conflictsWith: [], sizeKb: 1 },
    ]
      .map((row) => JSON.stringify(row))
      .join('\n'),
  ),
);

async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await foreload(['plan', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('foreload plan', () => {
  it('prints the loads in order, the critical path, memory and the timed tree', async () => {
    const { code, stdout } = await foreload(['plan', config, 'chat', 'search', '--workers', '2', '--warm', 'images']);
    expect(code).toBe(0);
    expect(
      stdout,
    ).toBe(`2 components in 2,940 ms: 6 loads on 2 workers (one worker would take 5,610 ms); up to 1480 MB in memory of 2048 MB

   start       end  worker   memory  component
    0 ms    900 ms       1  1040 MB  database   ==========
    0 ms  2,600 ms       2  1040 MB  model *    ############################
  900 ms  1,320 ms       1  1080 MB  tokenizer           =====
1,320 ms  1,470 ms       1  1110 MB  history                  ==
1,470 ms  2,670 ms       1  1360 MB  search                    ==============
2,600 ms  2,940 ms       2  1480 MB  chat *                                 ####

* critical path, 2,940 ms: model -> chat

leaves memory: images at 0 ms

chat  2,600 ms - 2,940 ms *
├─ model  0 ms - 2,600 ms *
│  └─ runtime  warm
├─ tokenizer  900 ms - 1,320 ms
└─ history  1,320 ms - 1,470 ms
   └─ database  0 ms - 900 ms
search  1,470 ms - 2,670 ms
├─ database  0 ms - 900 ms
└─ tokenizer  900 ms - 1,320 ms
`);
  });

  it('gives the same as one object', async () => {
    const MB = 1_048_576;
    expect(await json(config, '--targets', 'history,runtime', '--warm', 'tokenizer', '--budget', '170MB')).toEqual({
      targets: ['history', 'runtime'],
      order: ['database', 'runtime', 'history'],
      starts: { runtime: 0, database: 0, history: 900 },
      ends: { runtime: 500, database: 900, history: 1050 },
      worker: { runtime: 1, database: 0, history: 0 },
      workers: 9,
      makespan: 1050,
      criticalPath: ['database', 'history'],
      total: 1550,
      warm: ['tokenizer'],
      leaves: [{ component: 'tokenizer', at: 0 }],
      budgetBytes: 170 * MB,
      memory: [
        { at: 0, bytes: 140 * MB },
        { at: 900, bytes: 170 * MB },
      ],
    });
  });

  it('loads as many at once as the lanes allow, or all together where that is said', async () => {
    const components = { a: { loader, size: '1MB' } };
    const workers = async (lanes: object): Promise<unknown> => {
      const path = files.write('lanes.json', JSON.stringify({ components, lanes }));
      return (await json(path, 'a'))['workers'];
    };
    expect(await workers({ background: { workers: 1 } })).toBe(7);
    expect(await workers({ background: { workers: 1 }, atOnce: 2 })).toBe(2);
    expect(await workers({ atOnce: 20 })).toBe(9);
  });

  it('lets no more of a group be warm than it allows', async () => {
    const component = (more: object = {}) => ({ loader, size: '1MB', group: 'gpu', ...more });
    const grouped = files.write(
      'gpu.json',
      JSON.stringify({
        groups: { gpu: { atMost: 2 } },
        components: { a: component(), b: component(), c: component(), app: { loader, size: '1MB', dependsOn: ['a'] } },
      }),
    );
    const found = await json(grouped, 'c', 'b', '--warm', 'app');
    expect(found['leaves']).toEqual([
      { component: 'app', at: 0 },
      { component: 'a', at: 0 },
    ]);
    const { code, stderr } = await foreload(['plan', grouped]);
    expect(code).toBe(1);
    expect(stderr).toContain('"a", "b", "c" can\'t be warm at once: found that at most 2 of group "gpu" may be;');
  });

  it('says when nothing is left to load', async () => {
    const one = await foreload(['plan', config, 'runtime', '--workers', '1']);
    expect(one.stdout).toContain(': 1 load on 1 worker (one worker');
    const { stdout } = await foreload(['plan', config, 'runtime', '--warm', 'runtime']);
    expect(stdout).toBe('"runtime": nothing to load, all of it is warm\n\nruntime  warm\n');
  });

  it('reads task graphs, whose times have no unit', async () => {
    const found = await json(tasks, '--workers', '1');
    expect(found).toMatchObject({ makespan: 14, total: 14, criticalPath: ['0', '1', '3'], memory: null });
    expect(found['order']).toEqual(['0', '1', '2', '3']);
    expect(await json(tasks)).toMatchObject({ makespan: 10, workers: 9 });
  });

  it('reads package graphs, lets their circles load at once, and says so', async () => {
    const { code, stdout, stderr } = await foreload(['plan', packages, 'app', '--json']);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'packages depend on "not-there" of which there is no line: passed over\n' +
        '1 circle of packages: its members load without waiting for each other\n',
    );
    expect(JSON.parse(stdout)).toMatchObject({ order: ['libgcc', 'libc', 'app'], makespan: 500, total: 600 });
  });

  it('writes a graph for Graphviz and a picture', async () => {
    const dot = join(files.folder, 'plan.dot');
    const svg = join(files.folder, 'plan.svg');
    await json(config, 'history', '--warm', 'runtime', '--dot', dot, '--svg', svg);
    expect(readFileSync(dot, 'utf8')).toBe(`digraph plan {
  rankdir=LR;
  node [shape=box, style=rounded, fontname="sans-serif"];
  "database" [label="database\\n0 ms - 900 ms, 80 MB", color="#c44536", penwidth=2];
  "history" [label="history\\n900 ms - 1,050 ms, 30 MB", color="#c44536", penwidth=2];
  "runtime" [label="runtime\\nwarm", style="rounded,dashed"];
  "database" -> "history" [color="#c44536", penwidth=2];
}
`);
    const picture = readFileSync(svg, 'utf8');
    expect(picture).toMatch(/^<svg [^>]*viewBox="0 0 960 \d+"/);
    expect(picture.match(/class="critical"/g)).toHaveLength(2);
    expect(picture).toContain('<title>history: 900 ms - 1,050 ms, 30 MB</title>');
    expect(picture).toContain('memory, up to 170 MB; dashed: the budget of 2048 MB');
  });

  it('keeps odd names apart from markup', async () => {
    const odd = files.write(
      'odd.json',
      JSON.stringify({ components: { 'a"<b>&\\': { loader, size: '1MB' }, __proto: { loader, size: '1MB' } } }),
    );
    const dot = join(files.folder, 'odd.dot');
    const svg = join(files.folder, 'odd.svg');
    const found = await json(odd, '--dot', dot, '--svg', svg);
    expect(found['starts']).toEqual({ 'a"<b>&\\': 0, __proto: 0 });
    expect(readFileSync(dot, 'utf8')).toContain('"a\\"<b>&\\\\" [label="a\\"<b>&\\\\\\n0 ms - 1,000 ms, 1.0 MB"');
    expect(readFileSync(svg, 'utf8')).toContain('<title>a&quot;&lt;b>&amp;\\: 0 ms - 1,000 ms, 1.0 MB</title>');
  });

  it('takes a chain of 20,000', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i} 1 ${i > 0 ? `1 ${i - 1}` : '0'}`);
    const { code, stdout } = await foreload(['plan', files.write('long.stg', `20000\n${rows.join('\n')}\n`), '19999']);
    expect(code).toBe(0);
    expect(stdout).toContain('"19999" in 20,000: 20,000 loads on 9 workers');
    expect(stdout.split('\n').length).toBeLessThan(500);
  });
});

/** A package graph, and the line of it that is refused, with what is found there. */
const wrongPackages = (
  [
    ['', 1, 'no packages'],
    ['null', 1, 'no name'],
    ['{"name":"a","dependsOn":5}', 1, 'a dependsOn that is no list of names'],
    ['{"name":"a","dependsOn":"bc"}', 1, 'a dependsOn that is no list of names'],
    ['{"name":"a","conflictsWith":[1]}', 1, 'a conflictsWith that is no list of names'],
    ['{"name":"a","sizeKb":"7"}', 1, 'sizeKb "7"'],
    ['{"name":"a","sizeKb":1e999}', 1, 'sizeKb Infinity'],
    ['{"name":"a"}\n{"name":"a"}', 2, '"a" a second time'],
  ] as [string, number, string][]
).map(([text, line, found], at): [string[], number, string] => [
  [files.write(`wrong-${at}.jsonl`, `${text}\n`)],
  1,
  `wrong-${at}.jsonl is not a graph (line ${line}): found ${found}; give`,
]);

describe('foreload plan refuses', () => {
  it.each([
    [[config, 'chta'], 2, 'no component is named "chta"; did you mean chat?'],
    [[config, 'chat', '--warm', 'x'], 2, 'no component is named "x"; give one of '],
    [[config, 'chat', '--budget', 'much'], 2, '--budget has a value outside its range: found "much"'],
    [[config, 'chat', '--workers', '0'], 2, '--workers has a value outside its range'],
    [[config, '--svg', '/nowhere/at/all.svg'], 2, "--svg can't be written"],
    [
      [config],
      1,
      '"chat" and "images" can\'t be warm at once: found that they conflict; plan for one of them at a time',
    ],
    [[packages, 'other', 'rival'], 1, '"other" and "rival" can\'t be warm at once'],
    [
      [config, 'chat', '--budget', '1GB'],
      1,
      'needs 1230 MB at once (the largest: model (900 MB), chat (120 MB), database (80 MB)): found a budget of 1024 MB',
    ],
    [['nothing.stg'], 1, 'nothing.stg is not a graph: found ENOENT'],
    [[files.write('bad.stg', '1\n0 0 0\n1 5 1 7\n')], 1, 'bad.stg is not a graph (line 3): found no task'],
    [[files.write('none.stg', '0\n')], 1, 'none.stg is not a graph (line 1): found no tasks'],
    [
      [files.write('circle.stg', '2\n0 1 1 1\n1 1 1 0\n')],
      1,
      'circle.stg holds tasks that wait for each other: found 0, 1',
    ],
    [[files.write('bad.jsonl', '{"name":"a"}\n{"nam":"b"}\n')], 1, 'bad.jsonl is not a graph (line 2): found no name'],
    [[files.write('twice.stg', '2\n0 1 0\n0 2 0\n')], 1, 'twice.stg is not a graph (line 3): found "0" a second time'],
    ...wrongPackages,
    [
      [
        files.write(
          'circle.json',
          JSON.stringify({
            components: { a: { loader, size: 1, dependsOn: ['b'] }, b: { loader, size: 1, dependsOn: ['a'] } },
          }),
        ),
      ],
      1,
      'found a -> b -> a; remove one dependency from each',
    ],
  ] as [string[], number, string][])('%j', async (args, expected, message) => {
    const { code, stdout, stderr } = await foreload(['plan', ...args]);
    expect(stderr.split('\n').slice(0, -1).at(-1)).toMatch(/^foreload: /);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  });
});
