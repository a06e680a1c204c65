import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { readConfigFile } from '../runtime/config-file.ts';
import { parseConfig, workersIn } from '../runtime/parse-config.ts';
import { inputOf, type PlanInput } from './plan-input.ts';
import { packageGraph } from './plan-package-graph.ts';
import { taskGraph } from './plan-task-graph.ts';

/** Reads a configuration, a task graph (`.stg`) or a package graph (`.jsonl`), the graphs plain or `.gz`. @throws ForeloadError */
export async function readPlanInput(path: string): Promise<PlanInput> {
  if (/\.stg(\.gz)?$/.test(path)) return taskGraph(path, await textOf(path));
  if (/\.jsonl(\.gz)?$/.test(path)) return packageGraph(path, await textOf(path));
  const config = await readConfigFile(path);
  const { specs, graph, budget } = parseConfig(config);
  return {
    ...inputOf(
      graph.ids,
      graph.dependencies,
      specs.map((spec) => spec.loadMs),
      specs.map((spec) => spec.bytes),
    ),
    conflicts: graph.conflicts,
    groups: graph.groups,
    workers: workersIn(config),
    budget,
    unit: 'ms',
  };
}

async function textOf(path: string): Promise<string> {
  try {
    const content = await readFile(path);
    return (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new ForeloadError('invalid-config', {
      what: `${path} is not a graph`,
      found: reasonOf(error),
      remedy: 'check the path',
    });
  }
}
