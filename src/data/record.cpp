#include "tandem/data/record.hpp"

namespace tandem {

const Header* ConnectRecord::header(std::string_view name) const noexcept {
  for (auto it = headers.rbegin(); it != headers.rend(); ++it) {
    if (it->key == name) {
      return &*it;
    }
  }
  return nullptr;
}

}  // namespace tandem
