#include "topics/embedded/engine.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

namespace tandem::topics::embedded {

// Small buffers: the whole worker is to stay small, and a log is read where it was just written. Two write
// buffers, the cache (which holds the tables' indexes too, so that open tables cost nothing that grows with
// the log) and the blocks of one compaction are all the memory there is.
rocksdb::Options engine_options(rocksdb::Env* env) {
  rocksdb::Options o;
  if (env != nullptr) {
    o.env = env;
  }
  o.create_if_missing = true;
  o.write_buffer_size = 8 << 20;
  o.max_write_buffer_number = 2;
  // Partitions grow at their ends, and a buffer holds the ends of many: all that it spans of the first level
  // is rewritten with it. A small first level of small files (the default is 256 MB) is little to rewrite;
  // files below hold few partitions each, and most move down as they are.
  o.max_bytes_for_level_base = 32 << 20;
  o.target_file_size_base = 16 << 20;
  o.max_open_files = 64;
  o.max_background_jobs = 2;
  o.compression = rocksdb::kLZ4Compression;
  o.stats_dump_period_sec = 0;
  o.stats_persist_period_sec = 0;
  o.keep_log_file_num = 2;
  o.max_log_file_size = 1 << 20;
  o.info_log_level = rocksdb::WARN_LEVEL;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(4 << 20);
  table.cache_index_and_filter_blocks = true;
  table.block_size = 16 << 10;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return o;
}

}  // namespace tandem::topics::embedded
