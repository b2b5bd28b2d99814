#pragma once
// JSON held against a committed JSON Schema by an outside validator (python3-jsonschema).

#include <gtest/gtest.h>

#include <string>

namespace boxwright::test {

/// `schema`: a path below the repository. `text`: one document, or one a line.
[[nodiscard]] ::testing::AssertionResult fits_schema(const std::string& schema,
                                                     const std::string& text, bool lines = false);

}  // namespace boxwright::test
