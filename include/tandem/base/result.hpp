#pragma once
#include "tandem/base/error.hpp"

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/all_narrow.hpp>
#include <boost/outcome/try.hpp>

namespace tandem {

/// Result of work where failure is data (decoding, parsing). Check before use; a wrong access is undefined.
/// Propagate with BOOST_OUTCOME_TRY(auto x, f()).
template <class T>
using Result = boost::outcome_v2::basic_result<T, Error, boost::outcome_v2::policy::all_narrow>;

/// The value, or the error thrown: the bridge from decoders to tasks.
template <class T>
T value_or_throw(Result<T>&& r) {
  if (!r.has_value()) {
    throw TandemError(std::move(r.error()));
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(r.value());
  }
}

}  // namespace tandem
