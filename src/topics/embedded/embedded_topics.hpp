#pragma once
#include "tandem/topics/topics.hpp"

#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace tandem::topics::embedded {

/// Opens (or makes) and locks the log in `folder`. `env` is for tests (memory, lost writes); nullptr: the
/// file system. Throws TandemError (conflict: another process owns it).
std::unique_ptr<Topics> open_embedded(const std::string& folder, rocksdb::Env* env = nullptr);

}  // namespace tandem::topics::embedded
