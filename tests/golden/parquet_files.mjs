// Writes own-corpus.*.parquet with DuckDB, whose writer of Parquet is none that our reader shares code with.
// npm install @duckdb/node-api@1.5.6-r.1, then: node tests/golden/parquet_files.mjs tests/golden
import { DuckDBInstance } from '@duckdb/node-api';

const folder = process.argv[2] ?? '.';
const database = await (await DuckDBInstance.create(':memory:')).connect();
await database.run(`
  create table rows as select
    case when i % 7 = 3 then null else 'row ' || i || ': ' || repeat('héllo 你好 🙂 ', (i % 5)::int) end as text,
    case when i % 5 = 0 then null else {'text': case when i % 3 = 0 then null else 'kept in ' || i end} end as meta,
    i % 4 as kind,
    case i % 4 when 0 then null when 1 then [] else [
      {'role': 'user', 'content': 'What is ' || i || '?', 'weights': [i, i + 1]},
      {'role': 'assistant', 'content': 'It is ' || i || '.', 'weights': []}] end as messages
  from range(5000) r(i)`);
const forms = {
  'snappy': 'compression snappy, row_group_size 2048',
  'zstd': 'compression zstd, parquet_version v2, row_group_size 2048',
};
for (const [name, options] of Object.entries(forms))
  await database.run(`copy rows to '${folder}/own-corpus.${name}.parquet' (format parquet, ${options})`);
