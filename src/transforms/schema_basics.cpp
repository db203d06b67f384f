#include "transforms/schema_basics.hpp"

namespace tandem::transforms {

void copy_basics(const Schema& from, SchemaBuilder& to) {
  if (from.version()) {
    to.version(*from.version());
  }
  if (from.doc()) {
    to.doc(*from.doc());
  }
  for (const auto& [key, value] : from.parameters()) {
    to.parameter(key, value);
  }
}

}  // namespace tandem::transforms
