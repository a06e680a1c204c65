import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { importTrace, sources } from '../../src/trace/import/import-trace.ts';
import { readTrace } from '../../src/trace/read-trace.ts';
import { Files, foreload } from '../cli/cli.ts';

const files = new Files();
afterAll(() => files.remove());
const epoch = Date.UTC(2020, 0, 1);

const json = (value: unknown): string => JSON.stringify(value);
const lines = (...values: unknown[]): string => values.map((value) => `${json(value)}\n`).join('');
const call = (name: string, given: unknown = {}) => ({ function: { name, arguments: json(given) } });

/** Files in the form of each source, and the rows that they are: `seconds user text components`. */
const cases: Readonly<Record<string, { readonly files: readonly string[]; readonly rows: readonly string[] }>> = {
  'abb-vs': {
    files: [
      'timestamp,developer_id,message\r\n2013-10-01 10:59:52,107,View.Object Browser\r\n2013-10-01 10:59:54,107,View.OnChangeCaretLine\r\n',
      'timestamp,developer_id,message\n2013-10-01 10:59:51,9,Debug.StartDebugTarget\n2013-10-01 10:59:53,9,ReSharper.ReSharper_GotoFile\n',
    ],
    rows: [
      '-197211609 dev9  debug.start-debug-target',
      '-197211608 dev107  view.object-browser',
      '-197211607 dev9  re-sharper.re-sharper-goto-file',
    ],
  },
  'alibaba-genai': {
    files: [
      'created,type,status,took,group,a,b,images,steps,base,loras\n' +
        '2024-12-08 17:24:40,TXT_2_IMG,SUCCEED,17.0,G3058,49.0,26.0,4.0,30.0,M0002,1\n' +
        '2024-12-08 17:24:41,TXT_2_IMG,FAILED,17.0,G3058,49.0,26.0,4.0,30.0,,0\n',
    ],
    rows: ['155841880 G3058 txt_2_img n=4 steps=30 lora=1 M0002'],
  },
  'bfcl-multiturn': {
    files: [
      lines(
        { id: 'multi_turn_base_0', ground_truth: [["cd(folder='a(b)')", 'mkdir(x)', "cd(folder='..')"], []] },
        { id: 'multi_turn_base_1', ground_truth: [['post_tweet(x)']] },
      ),
      lines(
        {
          id: 'multi_turn_base_0',
          path: ['GorillaFileSystem.cd', 'GorillaFileSystem.mkdir'],
          question: [[{ role: 'user', content: 'make "x"' }], [{ role: 'user', content: 'thanks' }]],
        },
        { id: 'multi_turn_base_1', path: ['TwitterAPI.post_tweet'], question: [[{ role: 'user', content: 'tweet' }]] },
      ),
    ],
    rows: [
      '0 multi-turn-base-0 make "x" gorilla-file-system.cd|gorilla-file-system.mkdir',
      '30 multi-turn-base-0 thanks ',
      '330 multi-turn-base-1 tweet twitter-api.post-tweet',
    ],
  },
  ...Object.fromEntries(
    (['train', 'val', 'test'] as const).map((split) => [
      `clinc150-${split}`,
      {
        files: [json({ [split]: [['call mum', 'make_call']], [`oos_${split}`]: [['why is blue', 'oos']] })],
        rows: ['0 u0 call mum make-call', '60 u0 why is blue '],
      },
    ]),
  ),
  livemcpbench: {
    files: [
      json([
        {
          task_id: '0e3287cb-c0ff',
          Question: 'Make a report',
          messages: [
            { role: 'user', content: 'Make a report' },
            { role: 'assistant', content: 'Let me look', tool_calls: [call('route', { query: 'pdf' })] },
            {
              role: 'assistant',
              content: 'Now',
              tool_calls: [call('execute-tool', { server_name: 'chart.server', tool_name: 'word_cloud' })],
            },
            { role: 'tool', content: 'done' },
            {
              role: 'assistant',
              content: 'Then write',
              tool_calls: [
                call('execute-tool', { server_name: 'fs', tool_name: 'write' }),
                { function: { name: 'execute-tool', arguments: '{' } },
              ],
            },
          ],
        },
      ]),
    ],
    rows: ['0 task-0e3287cb Make a report chart-server.word-cloud', '20 task-0e3287cb Then write fs.write'],
  },
  msnbc: {
    files: [
      '% Different categories found in input file:\n\nfrontpage news tech local opinion on-air misc weather msn-news health living business msn-sports sports summary bbs travel\n\n% Sequences:\n\n1 1 \n2 \n14 17 \n',
    ],
    rows: ['0 s1  frontpage', '10 s1  frontpage', '70 s2  news', '130 s3  sports', '140 s3  travel'],
  },
  sgd: {
    files: [
      json([
        {
          dialogue_id: '1_00000',
          turns: [
            { speaker: 'USER', utterance: 'a table, please', frames: [{ service: 'Restaurants_2' }] },
            { speaker: 'SYSTEM', frames: [{ service: 'Restaurants_2' }] },
            { speaker: 'USER', utterance: 'yes', frames: [{ service: 'Restaurants_2' }] },
            {
              speaker: 'SYSTEM',
              frames: [{ service: 'Restaurants_2', service_call: { method: 'ReserveRestaurant' } }],
            },
          ],
        },
        { dialogue_id: '1_00001', turns: [{ speaker: 'USER', utterance: 'hi', frames: [] }] },
      ]),
    ],
    rows: [
      '0 1_00000 a table, please restaurants-2',
      '10 1_00000 yes restaurants-2|restaurants-2.reserve-restaurant',
      '130 1_00001 hi ',
    ],
  },
  slurp: {
    files: [
      lines(
        { sentence: 'wake me up', scenario: 'alarm', action: 'set' },
        { sentence: 'stop', scenario: 'audio', action: 'volume_mute' },
      ),
    ],
    rows: ['0 u0 wake me up alarm-set', '60 u0 stop audio-volume-mute'],
  },
  'tau-bench': {
    files: [
      json([
        {
          task_id: 0,
          trial: 1,
          traj: [
            { role: 'user', content: 'again' },
            { role: 'assistant', tool_calls: [call('think')] },
          ],
        },
        {
          task_id: 0,
          trial: 0,
          traj: [
            { role: 'system', content: 'rules' },
            { role: 'user', content: 'Hi!' },
            { role: 'assistant', content: 'Who are you?', tool_calls: null },
            { role: 'user', content: 'mia' },
            { role: 'assistant', content: null, tool_calls: [call('get_user_details')] },
            { role: 'tool', name: 'get_user_details', content: '{}' },
            { role: 'assistant', content: null, tool_calls: [call('search_direct_flight')] },
          ],
        },
      ]),
    ],
    rows: [
      '0 trial-0-task-0 Hi! / mia get-user-details',
      '20 trial-0-task-0  search-direct-flight',
      '320 trial-1-task-0 again think',
    ],
  },
  'unix-purdue': {
    files: ['**SOF**\ncd <1>\nls\n**EOF**\nLS\n', 'emacs\n'],
    rows: ['0 user1  cd', '30 user1  ls', '60 user1  ls-2', '3456000 user2  emacs'],
  },
};

const paths = (source: string, given: readonly string[]): string[] =>
  given.map((text, at) => files.write(`${source}-${at}`, text));

describe('foreload trace import', () => {
  it('has a case here for every source', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(sources).sort());
  });

  it.each(Object.entries(cases))('%s', async (source, { files: given, rows: expected }) => {
    const rows = await importTrace(source, paths(source, given));
    expect(
      rows.map(({ at, user, text, components }) => `${(at - epoch) / 1000} ${user} ${text} ${components.join('|')}`),
    ).toEqual(expected);
    const out = `${files.folder}/${source}.csv`;
    const { code, stdout } = await foreload([
      'trace',
      'import',
      source,
      ...paths(source, given),
      '--out',
      out,
      '--json',
    ]);
    expect({ code, json: JSON.parse(stdout) as object }).toMatchObject({
      code: 0,
      json: { source, rows: rows.length, trace: out },
    });
    const trace = await readTrace(out);
    expect([...trace.ts]).toEqual(rows.map(({ at }) => at));
    expect(trace.texts ?? rows.map(() => '')).toEqual(rows.map(({ text }) => text));
  });

  it.each(Object.entries(cases))(
    '%s: files of another form are refused, in one line',
    async (source, { files: given }) => {
      for (const text of ['', 'nothing of the kind\n', '{"a": 1}', '[{"a": 1}]', '[[1]]\n', 'null']) {
        const { code, stderr, stdout } = await foreload([
          'trace',
          'import',
          source,
          ...paths(
            `bad-${source}`,
            given.map(() => text),
          ),
        ]);
        if (source === 'unix-purdue' && text !== '') continue;
        expect({ text, code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
          text,
          code: 1,
          stdout: '',
          lines: 1,
        });
        expect(stderr).not.toContain('internal error');
      }
    },
  );

  it.each([
    ['bfcl-multiturn', ['{"id":"a","question":[5],"path":[]}', '{"id":"a","ground_truth":[["f()"]]}']],
    ['bfcl-multiturn', ['{"id":"a","question":[[null]],"path":[]}', '{"id":"a","ground_truth":[["f()"]]}']],
    ['bfcl-multiturn', ['{"id":"a","question":[[]],"path":[]}', '{"id":"a","ground_truth":[[5]]}']],
    ['tau-bench', ['{"trial":0,"task_id":0,"traj":[null]}']],
    ['livemcpbench', ['{"task_id":"a","Question":"q","messages":[null]}']],
    ['sgd', ['{"dialogue_id":"a","turns":[null]}']],
    ['sgd', ['{"dialogue_id":"a","turns":[{"speaker":"USER","utterance":"u","frames":[null]}]}']],
  ])('%s: what is wrong further down is told of its file too: %j', async (source, given) => {
    await expect(importTrace(source, paths(`deep-${source}`, given))).rejects.toMatchObject({
      code: 'invalid-trace',
      message: expect.stringMatching(/does not have the form of this source: found no lists? /) as string,
    });
  });

  it('names keep their dots and pluses, and what is nothing but other marks is x', async () => {
    const given = [
      'cd',
      'cd..',
      '..',
      '.',
      'ex*.data',
      'c4.5-mlc',
      '$PATH',
      'path',
      '`',
      '(',
      ':q',
      'makeDSOs',
      '_a+b_',
    ];
    const rows = await importTrace('unix-purdue', paths('marks', [given.join('\n')]));
    expect(rows.flatMap(({ components }) => components).join(' ')).toBe(
      'cd cd.. .. . ex-.data c4.5-mlc path path-2 x x-2 q make-ds-os a+b',
    );
  });

  it('calls of a tool that are none are passed over', async () => {
    const given =
      '{"trial":0,"task_id":0,"traj":[{"role":"assistant","tool_calls":[{"function":{"name":5}},{"function":null},{"function":{"name":"f"}}]}]}';
    const rows = await importTrace('tau-bench', paths('calls-tau-bench', [given]));
    expect(rows.map(({ components }) => components)).toEqual([['f']]);
  });

  it('reads gzip, and as many sessions as asked for', async () => {
    const { files: given } = cases.msnbc;
    const path = files.write('msnbc.seq.gz', gzipSync(given[0]));
    const { code, stdout } = await foreload(['trace', 'import', 'msnbc', path, '--first', '2']);
    expect({ code, rows: stdout.trim().split('\n').slice(1) }).toEqual({
      code: 0,
      rows: ['1577836800000,s1,,frontpage', '1577836810000,s1,,frontpage', '1577836870000,s2,,news'],
    });
  });

  it('refuses a source it does not know, with those it does', async () => {
    const { code, stderr } = await foreload(['trace', 'import', 'netflix', 'x']);
    expect(code).toBe(2);
    for (const source of Object.keys(sources)) expect(stderr).toContain(source);
    const help = await foreload(['trace', 'import', '--help']);
    for (const source of Object.keys(sources)) expect(help.stdout).toContain(`  ${source} `);
  });
});
