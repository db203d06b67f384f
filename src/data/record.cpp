#include "tandem/data/record.hpp"

namespace tandem {

const Header* Headers::find(std::string_view name) const noexcept {
  for (std::size_t i = size(); i-- > 0;) {
    if ((*this)[i].key == name) {
      return &(*this)[i];
    }
  }
  return nullptr;
}

}  // namespace tandem
