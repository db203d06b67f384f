#pragma once
#include <rocksdb/options.h>

namespace tandem::topics::embedded {

/// How the engine is opened, by the worker and by readers beside it. `env` nullptr: the file system.
rocksdb::Options engine_options(rocksdb::Env* env);

}  // namespace tandem::topics::embedded
