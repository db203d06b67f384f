#include "transforms/builtin.hpp"

#include "transforms/by_logical_table_router.hpp"
#include "transforms/extract_new_record_state.hpp"
#include "transforms/predicates.hpp"
#include "transforms/regex_router.hpp"

namespace tandem::transforms {

void add_builtin_transforms(Registry& registry) {
  registry.transform("org.apache.kafka.connect.transforms.RegexRouter",
                     [] { return std::make_unique<RegexRouter>(); });
  registry.transform("io.debezium.transforms.ExtractNewRecordState",
                     [] { return std::make_unique<ExtractNewRecordState>(); });
  registry.transform("io.debezium.transforms.ByLogicalTableRouter",
                     [] { return std::make_unique<ByLogicalTableRouter>(); });
  const std::string predicates = "org.apache.kafka.connect.transforms.predicates.";
  registry.predicate(predicates + "TopicNameMatches", [] { return std::make_unique<TopicNameMatches>(); });
  registry.predicate(predicates + "HasHeaderKey", [] { return std::make_unique<HasHeaderKey>(); });
  registry.predicate(predicates + "RecordIsTombstone", [] { return std::make_unique<RecordIsTombstone>(); });
}

}  // namespace tandem::transforms
