// Writes data/config.schema.json: the JSON Schema of foreload.config.json, made from what checks configurations.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

build();
const { configJsonSchema } = await import('../dist/runtime/config-json-schema.js');
const path = fileURLToPath(new URL('../data/config.schema.json', import.meta.url));
writeFileSync(path, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
